-- $2 has told the people of message $1 by hand: it, and what else was under way to them about it.
WITH one AS (
    SELECT demand, seq, account, channel FROM messages
     WHERE id = $1 AND (status IN ('failed', 'uncertain')
                        OR (status = 'queued' AND batch IS NULL)
                        OR (channel = 'inbox' AND passed_on_at IS NULL))
)
UPDATE messages m SET
    status = CASE m.channel WHEN 'inbox' THEN m.status ELSE 'passed_on' END,
    passed_on_by = $2, passed_on_at = clock_timestamp(),
    settled_at = coalesce(m.settled_at, clock_timestamp())
  FROM one
 WHERE m.demand = one.demand AND m.seq = one.seq AND (
        m.id = $1
     OR (one.channel = 'inbox' AND m.account = one.account AND m.channel <> 'inbox'
         AND (m.status IN ('failed', 'uncertain') OR (m.status = 'queued' AND m.batch IS NULL)))
     OR (one.channel <> 'inbox' AND m.channel = 'inbox' AND m.passed_on_at IS NULL
         AND one.account IN (m.account, '*')
         AND (m.via = one.channel OR one.channel = ANY (m.tried))))
RETURNING m.id
