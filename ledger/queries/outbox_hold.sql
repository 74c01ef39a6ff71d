-- Message $1 waits until $2.
UPDATE messages SET next_try = $2 WHERE id = $1
