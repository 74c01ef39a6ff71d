-- The accounts in force, and whether somebody can sign in with them.
SELECT a.account, a.post, a.role, a.belongs_to, c.changed_at
  FROM accounts a LEFT JOIN credentials c USING (account)
 WHERE a.retired_at IS NULL
 ORDER BY a.role, a.account
