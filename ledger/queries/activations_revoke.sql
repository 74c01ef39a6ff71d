-- Makes the links of account $1 void that were not used.
UPDATE activations SET revoked_at = clock_timestamp()
 WHERE account = $1 AND used_at IS NULL AND revoked_at IS NULL
