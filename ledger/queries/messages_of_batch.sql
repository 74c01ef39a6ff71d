-- The messages of batch $1, oldest first, with their events, and where their person can be reached.
SELECT m.id, m.demand, m.seq, m.account, m.channel, m.kind, m.recipient, m.code, m.copy_to,
       m.stands_in_for, v.body, d.state,
       coalesce(a.email, e.email, '') AS email,
       CASE WHEN e.uscc IS NULL THEN m.account
            ELSE coalesce(d.state #>> '{contact,phone}', '') END AS phone
  FROM messages m
  JOIN events v ON v.demand = m.demand AND v.seq = m.seq
  JOIN demands d ON d.demand = m.demand
  LEFT JOIN accounts a ON a.account = m.account AND a.retired_at IS NULL
  LEFT JOIN enterprises e ON 'enterprise:' || e.uscc = m.account AND e.retired_at IS NULL
 WHERE m.batch = $1 AND m.status = 'sending'
 ORDER BY m.id
