-- The account of link $1, while it can be used.
SELECT v.account FROM activations v JOIN accounts a ON a.account = v.account
 WHERE v.activation = $1 AND v.used_at IS NULL AND v.revoked_at IS NULL
   AND v.expires_at > clock_timestamp() AND a.retired_at IS NULL
