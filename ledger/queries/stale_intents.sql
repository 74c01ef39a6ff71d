-- Intents open for longer than $1 seconds, oldest first, with what the ledger has of the demand.
SELECT i.command_id, i.demand, extract(epoch FROM clock_timestamp() - i.opened_at)::float8 AS age,
       coalesce(d.contiguous, 0) AS contiguous
  FROM intents i LEFT JOIN demands d ON d.demand = i.demand
 WHERE i.opened_at < clock_timestamp() - make_interval(secs => $1)
 ORDER BY i.opened_at LIMIT 500
