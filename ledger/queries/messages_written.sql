-- As `messages`, with all that the texts are written of: the event and the demand.
SELECT m.*, v.body, d.state
  FROM messages m
  JOIN events v ON v.demand = m.demand AND v.seq = m.seq
  JOIN demands d ON d.demand = m.demand
 WHERE CASE WHEN $2 THEN m.by_hand IS NOT NULL AND m.passed_on_at IS NULL AND m.status = 'unread'
            WHEN $1::text[] IS NOT NULL THEN m.status = ANY ($1)
            ELSE m.channel <> 'inbox' OR m.by_hand IS NOT NULL END
   AND ($3::text IS NULL OR m.demand = $3)
   AND ($4::bigint IS NULL OR m.id < $4)
 ORDER BY m.id DESC LIMIT $5
