-- Keeps the password hash $2 of account $1, unless it has one.
INSERT INTO credentials (account, password) VALUES ($1, $2) ON CONFLICT (account) DO NOTHING
