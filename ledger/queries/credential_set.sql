-- Keeps the password hash $2 of account $1.
INSERT INTO credentials (account, password) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET password = excluded.password, changed_at = clock_timestamp()
