-- Begin to send batch $1, unless that was done or given up before; its messages.
WITH begun AS (
    UPDATE batches SET started_at = clock_timestamp()
     WHERE batch = $1 AND started_at IS NULL AND settled_at IS NULL
    RETURNING batch
)
UPDATE messages m
   SET status = 'sending', attempts = attempts + 1, attempted_at = clock_timestamp()
  FROM begun WHERE m.batch = begun.batch AND m.status = 'queued'
RETURNING m.id
