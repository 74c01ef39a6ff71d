-- Forgets the attempts at $1 under the key $2.
DELETE FROM web_attempts WHERE what = $1 AND key = $2
