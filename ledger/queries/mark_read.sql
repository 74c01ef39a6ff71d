-- The messages $2 in the inbox of account $1 have been read.
UPDATE messages SET status = 'read', settled_at = clock_timestamp()
 WHERE channel = 'inbox' AND account = $1 AND id = ANY ($2::bigint[]) AND status = 'unread'
