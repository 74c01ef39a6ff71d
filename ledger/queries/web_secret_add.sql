-- Keeps a new secret $2 under the name $1; the first one stays.
INSERT INTO web_secrets (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
