-- How many open demands, in the scope that $1 to $4 are, were listed after the first of the instants
-- $5, between it and the next, and so on, and before the last; the instants go back in time.
SELECT i.n, count(d.listed_at) AS demands
  FROM generate_series(0, cardinality($5::timestamptz[])) AS i(n)
  LEFT JOIN demands d ON d.open
   AND (i.n = cardinality($5) OR d.listed_at > ($5)[i.n + 1])
   AND (i.n = 0 OR d.listed_at <= ($5)[i.n])
   AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
 GROUP BY i.n
 ORDER BY i.n
