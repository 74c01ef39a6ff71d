-- How often something was sent by each of the channels $1 in the last $2 seconds, or is about to be.
SELECT channel, count(*) AS attempts
  FROM batches
 WHERE channel = ANY ($1::text[])
   AND (started_at > clock_timestamp() - make_interval(secs => $2)
        OR (started_at IS NULL AND settled_at IS NULL))
 GROUP BY channel
