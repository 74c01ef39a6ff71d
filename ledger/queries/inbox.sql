-- The inbox of account $1, unread first, then the newest; at most $2, and only unread ones if $3.
SELECT m.id, m.demand, m.seq, m.kind, m.recipient, m.code, m.copy_to, m.stands_in_for, m.status,
       m.urgency, m.created_at, v.body, d.state
  FROM messages m
  JOIN events v ON v.demand = m.demand AND v.seq = m.seq
  JOIN demands d ON d.demand = m.demand
 WHERE m.channel = 'inbox' AND m.account = $1 AND (m.status = 'unread' OR NOT $3)
 ORDER BY m.status DESC, m.id DESC LIMIT $2
