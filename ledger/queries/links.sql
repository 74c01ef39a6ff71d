-- Links, the newest first; of unit $1's demands alone where it isn't null; $2 rows, made before $3.
SELECT l.link, l.demand, l.enterprise, l.made_by, l.made_at, l.expires_at, l.revoked_at,
       l.revoked_by, l.opened_at, l.opens, d.enterprise_name, d.unit_name,
       l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AS in_force
  FROM enterprise_links l JOIN demands d ON d.demand = l.demand
 WHERE ($1::text IS NULL OR d.unit = $1) AND ($3::timestamptz IS NULL OR l.made_at < $3)
 ORDER BY l.made_at DESC, l.link LIMIT $2
