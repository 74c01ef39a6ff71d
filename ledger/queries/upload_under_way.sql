-- What is being started of upload $1.
SELECT u.file, s.list_id, s.meeting, s.account, s.rows
  FROM upload_starts s JOIN uploads u USING (upload)
 WHERE s.upload = $1
