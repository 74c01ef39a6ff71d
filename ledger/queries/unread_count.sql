-- How many messages account $1 has not read.
SELECT count(*) FROM messages WHERE channel = 'inbox' AND account = $1 AND status = 'unread'
