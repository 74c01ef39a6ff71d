-- Batches that nobody sends: all but $1 that were taken $2 or begun $3 seconds ago.
SELECT batch FROM batches
 WHERE settled_at IS NULL AND batch <> ALL ($1::bigint[])
   AND coalesce(started_at + make_interval(secs => $3), taken_at + make_interval(secs => $2))
       < clock_timestamp()
