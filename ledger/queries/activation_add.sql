-- A link named $1 for account $2, made by $3, for the interval $4; older ones become void.
WITH void AS (
    UPDATE activations SET revoked_at = clock_timestamp()
     WHERE account = $2 AND used_at IS NULL AND revoked_at IS NULL
)
INSERT INTO activations (activation, account, made_by, expires_at)
VALUES ($1, $2, $3, clock_timestamp() + $4::interval)
