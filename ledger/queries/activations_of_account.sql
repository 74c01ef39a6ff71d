-- The last links of account $1: who made each, until when it goes, and what became of it.
SELECT activation, made_by, made_at, expires_at, used_at, revoked_at FROM activations
 WHERE account = $1
 ORDER BY made_at DESC, activation
 LIMIT 20
