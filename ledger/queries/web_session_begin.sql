-- A session with token hash $1 of account $2, by the browser $3, for the interval $4.
INSERT INTO web_sessions (token_hash, account, agent, expires_at)
VALUES ($1, $2, $3, clock_timestamp() + $4::interval)
