-- Revokes link $2 of demand $1, or all in force where $2 is null, by $3; those that it ended.
UPDATE enterprise_links SET revoked_at = clock_timestamp(), revoked_by = $3
 WHERE demand = $1 AND ($2::text IS NULL OR link = $2)
   AND revoked_at IS NULL AND expires_at > clock_timestamp()
RETURNING link
