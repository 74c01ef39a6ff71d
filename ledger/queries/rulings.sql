-- The rulings of category $1 if given, the newest first, at most $2, those before ($3, $4) if given:
-- with the demand as it stands, for whoever may see it.
SELECT e.demand, e.seq, e.at, r.ruled->>'category' AS category,
       r.ruled->'unit'->>'name' AS unit_name, r.ruled->>'ruling' AS ruling,
       r.ruled->>'legal_basis' AS legal_basis, d.state
  FROM events e
  JOIN demands d ON d.demand = e.demand
 CROSS JOIN LATERAL (SELECT e.body::jsonb->'event' AS ruled) r
 WHERE e.kind = 'ruled'
   AND ($1::text IS NULL OR r.ruled->>'category' = $1)
   AND ($3::timestamptz IS NULL OR (e.at, e.demand) < ($3, $4::text))
 ORDER BY e.at DESC, e.demand DESC LIMIT $2
