-- What each demand was charged for, and the state where more may be owed by now; a list may be null.
SELECT demand, state->'custody' AS custody,
       CASE WHEN open AND state->>'assigned_at' IS NOT NULL THEN state END AS state
  FROM demands
 WHERE ($1::text IS NULL OR list_id = $1)
   AND jsonb_typeof(state->'assigned_at') = 'string'
 ORDER BY list_id, number
