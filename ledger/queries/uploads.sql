-- The uploads, the newest first, at most $2, those before $1 if given; without bytes and outcomes.
SELECT u.upload, u.file, u.account, u.at, u.good, u.bad,
       s.list_id, s.begun_at, s.ended_at, s.done, s.total, s.problem,
       s.ended_at IS NULL AND s.beat_at > clock_timestamp() - $3::interval AS running
  FROM uploads u LEFT JOIN upload_starts s USING (upload)
 WHERE $1::bigint IS NULL OR u.upload < $1
 ORDER BY u.upload DESC LIMIT $2
