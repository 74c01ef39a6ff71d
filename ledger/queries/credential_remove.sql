-- Takes away the password of account $1.
DELETE FROM credentials WHERE account = $1
