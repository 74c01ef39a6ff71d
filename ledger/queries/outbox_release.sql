-- Give batch $1 up, unless its sending has begun: its messages are queued as before.
WITH released AS (
    UPDATE batches SET settled_at = clock_timestamp(), outcome = 'released'
     WHERE batch = $1 AND started_at IS NULL AND settled_at IS NULL
    RETURNING batch
)
UPDATE messages m SET batch = NULL FROM released WHERE m.batch = released.batch
RETURNING m.id
