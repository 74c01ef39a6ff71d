-- The states of the demands that wait for a leader's word, the first to go up first, at most $5, in
-- the scope that $1 to $4 are; how many there are in all.
SELECT state, seq, count(*) OVER () AS everything FROM demands
 WHERE escalated_at IS NOT NULL
   AND ($1::text[] IS NULL OR chain = ANY ($1) OR unit = ANY ($2::text[])
        OR squad = ANY ($3::text[]) OR enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
 ORDER BY escalated_at, demand
 LIMIT $5
