-- Starting upload $1 has ended, with an outcome ($2) or a problem ($3).
UPDATE upload_starts SET ended_at = clock_timestamp(), outcome = coalesce($2, outcome), problem = $3
 WHERE upload = $1
