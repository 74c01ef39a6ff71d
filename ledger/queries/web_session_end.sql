-- Ends session $2 of account $1, or all of them where $2 is null.
UPDATE web_sessions SET ended_at = clock_timestamp()
 WHERE account = $1 AND ended_at IS NULL AND ($2::bigint IS NULL OR session = $2)
