-- The accounts in force that nobody can sign in with yet.
SELECT a.account FROM accounts a LEFT JOIN credentials c USING (account)
 WHERE a.retired_at IS NULL AND c.account IS NULL
 ORDER BY a.account
