-- The password hash of account $1, if the directory has it in force.
SELECT c.password FROM credentials c JOIN accounts a ON a.account = c.account
 WHERE c.account = $1 AND a.retired_at IS NULL
