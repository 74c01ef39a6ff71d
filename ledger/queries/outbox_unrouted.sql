-- Inbox rows for which no way has been chosen yet, with where their people can be reached; locked.
SELECT m.id, m.demand, m.seq, m.account, m.recipient, m.code, m.tried,
       coalesce(a.email, e.email, '') AS email,
       CASE WHEN e.uscc IS NULL THEN m.account
            ELSE coalesce(d.state #>> '{contact,phone}', '') END AS phone
  FROM messages m
  LEFT JOIN accounts a ON a.account = m.account AND a.retired_at IS NULL
  LEFT JOIN enterprises e ON 'enterprise:' || e.uscc = m.account AND e.retired_at IS NULL
  LEFT JOIN demands d ON d.demand = m.demand
 WHERE m.channel = 'inbox' AND NOT m.routed
 ORDER BY m.id LIMIT $1
   FOR UPDATE OF m SKIP LOCKED
