-- Uses link $1, once; its account.
UPDATE activations SET used_at = clock_timestamp()
 WHERE activation = $1 AND used_at IS NULL AND revoked_at IS NULL
   AND expires_at > clock_timestamp()
RETURNING account
