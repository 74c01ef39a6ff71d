-- By unit, in the scope that $1 to $4 are: resolutions since $5 in time and late, and open demands
-- whose time to be resolved has passed.
WITH counted AS (
    SELECT r.unit, count(*) FILTER (WHERE NOT r.late) AS in_time,
           count(*) FILTER (WHERE r.late) AS late, 0 AS waiting
      FROM resolutions r JOIN demands d ON d.demand = r.demand
     WHERE r.at >= $5::timestamptz
       AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
     GROUP BY r.unit
     UNION ALL
    SELECT d.unit, 0, 0, count(*)
      FROM demands d
     WHERE d.resolve_late AND d.unit IS NOT NULL
       AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
     GROUP BY d.unit
)
SELECT c.unit, coalesce(max(u.name), c.unit) AS name, sum(c.in_time)::integer AS in_time,
       sum(c.late)::integer AS late, sum(c.waiting)::integer AS waiting
  FROM counted c LEFT JOIN units u ON u.code = c.unit
 GROUP BY c.unit
