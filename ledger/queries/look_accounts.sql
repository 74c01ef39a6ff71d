-- Who has looked so far, with their posts.
SELECT a.account, a.post FROM accounts a
 WHERE EXISTS (SELECT FROM looks l WHERE l.account = a.account)
 ORDER BY a.account
