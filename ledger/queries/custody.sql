-- What each demand was charged for, and the state where more may be owed by now; a list may be null.
-- $2 to $5 are the scope of the reader.
SELECT demand, state->'custody' AS custody,
       CASE WHEN open AND state->>'assigned_at' IS NOT NULL THEN state END AS state
  FROM demands
 WHERE ($1::text IS NULL OR list_id = $1)
   AND jsonb_typeof(state->'assigned_at') = 'string'
   AND ($2::text[] IS NULL OR chain = ANY ($2) OR unit = ANY ($3::text[])
        OR squad = ANY ($4::text[]) OR enterprise = ANY ($5::text[])
        OR EXISTS (SELECT FROM jsonb_array_elements(state->'co_handlings') AS part
                    WHERE part->'unit'->>'code' = ANY ($3)))
 ORDER BY list_id, number
