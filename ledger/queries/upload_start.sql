-- Begins to start upload $1 onto list $2; nothing while it is under way, or where it went onto
-- another list before.
INSERT INTO upload_starts (upload, list_id, meeting, account, rows, total)
VALUES ($1, $2, $3, $4, $5, jsonb_array_length($5))
ON CONFLICT (upload) DO UPDATE
   SET meeting = excluded.meeting, account = excluded.account, rows = excluded.rows,
       list_id = excluded.list_id, begun_at = excluded.begun_at, beat_at = excluded.beat_at,
       ended_at = NULL, done = 0, total = excluded.total, problem = NULL
 WHERE upload_starts.ended_at IS NOT NULL
   AND (upload_starts.list_id = excluded.list_id OR upload_starts.outcome IS NULL)
RETURNING upload
