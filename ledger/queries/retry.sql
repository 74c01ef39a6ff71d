-- Queue failed messages anew: $1, or all where it is null; an uncertain one only by its id. What was
-- left to a person because of it is not any more.
WITH again AS (
    UPDATE messages SET status = 'queued', attempts = 0, next_try = NULL, batch = NULL,
                        settled_at = NULL
     WHERE CASE WHEN $1::bigint IS NULL THEN status = 'failed'
                ELSE id = $1 AND status IN ('failed', 'uncertain') END
    RETURNING id, demand, seq, account, channel
), ways AS (
    UPDATE messages i
       SET via = a.channel, tried = array_remove(i.tried, a.channel), by_hand = NULL
      FROM (SELECT DISTINCT ON (demand, seq, account) * FROM again
             ORDER BY demand, seq, account, id) a
     WHERE i.channel = 'inbox' AND i.by_hand = 'all_failed' AND i.passed_on_at IS NULL
       AND i.demand = a.demand AND i.seq = a.seq AND a.account IN (i.account, '*')
       AND a.channel = ANY (i.tried)
)
SELECT id FROM again ORDER BY id
