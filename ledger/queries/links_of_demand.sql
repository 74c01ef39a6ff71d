-- The links of demand $1 that are in force, the newest first.
SELECT link, demand, enterprise, made_by, made_at, expires_at, opened_at, opens
  FROM enterprise_links
 WHERE demand = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp()
 ORDER BY made_at DESC, link
