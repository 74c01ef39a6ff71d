-- A sign of life of starting upload $1: $2 of $3 are done.
UPDATE upload_starts SET beat_at = clock_timestamp(), done = $2, total = $3
 WHERE upload = $1 AND ended_at IS NULL
