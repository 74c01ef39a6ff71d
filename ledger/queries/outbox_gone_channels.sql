-- Give up what waits for a channel that isn't among $1 any more.
UPDATE messages SET status = 'failed', last_reason = 'no such channel',
                    settled_at = clock_timestamp()
 WHERE status = 'queued' AND batch IS NULL AND channel <> ALL ($1::text[])
RETURNING demand, seq, account, channel
