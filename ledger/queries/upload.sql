-- One upload without its bytes, and how starting it went as far as it was started.
SELECT u.upload, u.file, u.account, u.at, u.good, u.bad,
       s.list_id, s.meeting, s.account AS started_by, s.begun_at, s.ended_at, s.done, s.total,
       s.outcome, s.problem,
       s.ended_at IS NULL AND s.beat_at > clock_timestamp() - $2::interval AS running
  FROM uploads u LEFT JOIN upload_starts s USING (upload)
 WHERE u.upload = $1
