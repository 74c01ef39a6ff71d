-- Link $1 with how it stands; its demand may have ended longer ago than the interval $2.
SELECT l.link, l.demand, l.enterprise, l.made_by, l.made_at, l.expires_at, l.revoked_at, l.revoked_by,
       l.opened_at, l.opens,
       CASE WHEN l.revoked_at IS NOT NULL THEN 'revoked'
            WHEN l.expires_at <= clock_timestamp() THEN 'expired'
            WHEN NOT d.open AND d.changed_at < clock_timestamp() - $2::interval THEN 'ended'
            ELSE 'in_force' END AS standing
  FROM enterprise_links l JOIN demands d ON d.demand = l.demand
 WHERE l.link = $1
