-- How often each score was given since $5, in the scope that $1 to $4 are, by enterprises and by the
-- clock in their silence.
SELECT e.score, count(*) FILTER (WHERE NOT e.silent) AS given,
       count(*) FILTER (WHERE e.silent) AS silent
  FROM evaluations e JOIN demands d ON d.demand = e.demand
 WHERE e.at >= $5::timestamptz
   AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
 GROUP BY e.score
 ORDER BY e.score DESC
