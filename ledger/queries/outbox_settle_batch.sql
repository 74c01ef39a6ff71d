-- Keep what came of batch $1: outcome $2, reason $3. A late answer is better than an uncertain one.
UPDATE batches SET settled_at = clock_timestamp(), outcome = $2, reason = $3
 WHERE batch = $1 AND started_at IS NOT NULL AND (settled_at IS NULL OR outcome = 'uncertain')
RETURNING batch
