-- Make a batch of the messages $3, all by channel $1 to account $2.
WITH made AS (INSERT INTO batches (channel, account) VALUES ($1, $2) RETURNING batch)
UPDATE messages m SET batch = made.batch FROM made WHERE m.id = ANY ($3::bigint[])
RETURNING m.batch
