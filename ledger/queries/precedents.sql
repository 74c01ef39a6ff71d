-- The rulings, by category and the newest first; the category may be null.
-- $2 to $5 are the scope of the reader.
SELECT e.demand, e.seq, e.at, e.account, r.ruled->>'category' AS category,
       r.ruled->'unit'->>'code' AS unit, r.ruled->'unit'->>'name' AS unit_name,
       r.ruled->>'ruling' AS ruling, r.ruled->>'legal_basis' AS legal_basis,
       d.text, d.enterprise_name
  FROM events e
  JOIN demands d ON d.demand = e.demand
 CROSS JOIN LATERAL (SELECT e.body::jsonb->'event' AS ruled) r
 WHERE e.kind = 'ruled'
   AND ($1::text IS NULL OR r.ruled->>'category' = $1)
   AND ($2::text[] IS NULL OR d.chain = ANY ($2) OR d.unit = ANY ($3::text[])
        OR d.squad = ANY ($4::text[]) OR d.enterprise = ANY ($5::text[])
        OR EXISTS (SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
                    WHERE part->'unit'->>'code' = ANY ($3)))
 ORDER BY category, e.at DESC, e.demand
