-- Submission $1, which account $2 took up, became demand $3.
UPDATE submissions SET standing = 'taken', demand = $3, settled_at = clock_timestamp()
 WHERE submission = $1 AND standing = 'taking' AND settled_by = $2
