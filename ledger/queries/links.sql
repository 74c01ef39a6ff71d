-- Links, the newest first; $1 rows, made before $2.
SELECT l.link, l.demand, l.enterprise, l.made_by, l.made_at, l.expires_at, l.revoked_at,
       l.revoked_by, l.opened_at, l.opens, d.enterprise_name, d.unit_name,
       l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AS in_force
  FROM enterprise_links l JOIN demands d ON d.demand = l.demand
 WHERE $2::timestamptz IS NULL OR l.made_at < $2
 ORDER BY l.made_at DESC, l.link LIMIT $1
