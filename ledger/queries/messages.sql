-- Messages, newest first: of the statuses $1, or left to a person where $2, or (neither) all that
-- left the inbox or should; of demand $3 if given; those before id $4 if given; at most $5.
SELECT m.*
  FROM messages m
 WHERE CASE WHEN $2 THEN m.by_hand IS NOT NULL AND m.passed_on_at IS NULL AND m.status = 'unread'
            WHEN $1::text[] IS NOT NULL THEN m.status = ANY ($1)
            ELSE m.channel <> 'inbox' OR m.by_hand IS NOT NULL END
   AND ($3::text IS NULL OR m.demand = $3)
   AND ($4::bigint IS NULL OR m.id < $4)
 ORDER BY m.id DESC LIMIT $5
