-- How many messages wait, failed, are uncertain, or are left to a person.
SELECT count(*) FILTER (WHERE status IN ('queued', 'sending')) AS queued,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       count(*) FILTER (WHERE status = 'uncertain') AS uncertain,
       (SELECT count(*) FROM messages
         WHERE channel = 'inbox' AND NOT routed) AS unrouted,
       (SELECT count(*) FROM messages
         WHERE by_hand IS NOT NULL AND passed_on_at IS NULL AND status = 'unread') AS to_pass_on
  FROM messages
 WHERE status IN ('queued', 'sending', 'uncertain', 'failed')
