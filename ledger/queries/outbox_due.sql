-- Messages that may be sent now by the channels $1, most urgent first; locked.
SELECT id, channel, account, digest
  FROM messages
 WHERE status = 'queued' AND batch IS NULL AND channel = ANY ($1::text[])
   AND greatest(not_before, next_try) <= clock_timestamp()
 ORDER BY array_position('{major,urgent,general}', urgency), copy_to,
          greatest(not_before, next_try), id
 LIMIT $2
   FOR UPDATE SKIP LOCKED
