-- Intents open for longer than $1 seconds, oldest first, but for those of the demands $2.
SELECT command_id, demand, extract(epoch FROM clock_timestamp() - opened_at)::float8 AS age
  FROM intents
 WHERE opened_at < clock_timestamp() - make_interval(secs => $1) AND demand <> ALL ($2::text[])
 ORDER BY opened_at LIMIT 500
