-- By chain, in the scope that $1 to $4 are: open, deadlines passed by $5 and coming by $6, closed
-- since $7, waiting for a leader's word.
SELECT chain, max(chain_name) AS name,
       count(*) FILTER (WHERE open) AS open,
       count(*) FILTER (WHERE open AND due_at <= $5::timestamptz) AS overdue,
       count(*) FILTER (WHERE open AND due_at > $5 AND due_at <= $6::timestamptz) AS soon,
       count(*) FILTER (WHERE status = 'closed' AND since >= $7::timestamptz) AS closed,
       count(*) FILTER (WHERE escalated_at IS NOT NULL) AS escalated
  FROM demands
 WHERE ($1::text[] IS NULL OR chain = ANY ($1) OR unit = ANY ($2::text[])
        OR squad = ANY ($3::text[]) OR enterprise = ANY ($4::text[])
        OR (cardinality($2) > 0 AND EXISTS (
            SELECT FROM jsonb_array_elements(state->'co_handlings') AS part
             WHERE part->'unit'->>'code' = ANY ($2))))
 GROUP BY chain
 ORDER BY chain
