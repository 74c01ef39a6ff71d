-- By week from the Monday $5 on (park time, $6 weeks), in the scope that $1 to $4 are: demands that
-- were listed, and that ended.
WITH weeks AS (
    SELECT n, ($5::date + 7 * n) AS monday FROM generate_series(0, $6::integer - 1) AS w(n)
), moved AS (
    SELECT (listed_at AT TIME ZONE 'Asia/Shanghai')::date AS day, true AS came
      FROM demands d WHERE listed_at >= $5::date - 1 AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
     UNION ALL
    SELECT (since AT TIME ZONE 'Asia/Shanghai')::date, false
      FROM demands d WHERE NOT open AND since >= $5::date - 1 AND ($1::text[] IS NULL OR d.chain = ANY ($1) OR d.unit = ANY ($2::text[])
        OR d.squad = ANY ($3::text[]) OR d.enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
)
SELECT w.monday, count(*) FILTER (WHERE m.came) AS came, count(*) FILTER (WHERE NOT m.came) AS went
  FROM weeks w LEFT JOIN moved m ON m.day >= w.monday AND m.day < w.monday + 7
 GROUP BY w.monday
 ORDER BY w.monday
