-- Submission $1 waits again: account $2 could not make a demand of it.
UPDATE submissions SET standing = 'waiting', settled_by = NULL, settled_at = NULL
 WHERE submission = $1 AND standing = 'taking' AND settled_by = $2
