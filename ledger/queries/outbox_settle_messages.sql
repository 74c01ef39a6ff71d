-- What outcome $2 of batch $1 means for its messages. What failed waits $4 seconds the first time and
-- twice as long each time after, at most an hour, but $5 seconds at least.
UPDATE messages SET
    status = CASE
        WHEN $2 IN ('sent', 'uncertain') THEN $2
        WHEN $2 = 'failed' AND attempts < tries_allowed THEN 'queued'
        ELSE 'failed' END,
    batch = CASE WHEN $2 = 'failed' AND attempts < tries_allowed THEN NULL ELSE batch END,
    next_try = CASE WHEN $2 = 'failed' AND attempts < tries_allowed
        THEN clock_timestamp() + make_interval(secs =>
            greatest(least($4::float8 * 2 ^ least(attempts - 1, 20), 3600), $5::float8)) END,
    settled_at = CASE WHEN $2 = 'failed' AND attempts < tries_allowed
        THEN NULL ELSE clock_timestamp() END,
    last_reason = $3
 WHERE batch = $1 AND status IN ('sending', 'uncertain')
RETURNING demand, seq, account, channel, status
