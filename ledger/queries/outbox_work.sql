-- Whether there is anything for the dispatcher to do now, while it sends the batches $1.
SELECT EXISTS (SELECT FROM messages WHERE channel = 'inbox' AND NOT routed) AS unrouted,
       EXISTS (SELECT FROM messages
                WHERE status = 'queued' AND batch IS NULL
                  AND greatest(not_before, next_try) <= clock_timestamp()) AS due,
       EXISTS (SELECT FROM batches
                WHERE settled_at IS NULL AND batch <> ALL ($1::bigint[])) AS unowned
