-- Takes over the starting of upload $1, for account $2, if it was interrupted: no sign of life for $3.
UPDATE upload_starts SET beat_at = clock_timestamp(), account = $2
 WHERE upload = $1 AND ended_at IS NULL AND beat_at <= clock_timestamp() - $3::interval
RETURNING upload
