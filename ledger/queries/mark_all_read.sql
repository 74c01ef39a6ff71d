-- The messages in the inbox of account $1 up to the id $2 have been read.
UPDATE messages SET status = 'read', settled_at = clock_timestamp()
 WHERE channel = 'inbox' AND account = $1 AND id <= $2 AND status = 'unread'
