-- A page of the ledger as the desk shows it, at most $1 rows after the first $2; demand_views puts
-- other conditions and another order in their places.
SELECT demand, list_id, number, status, open, chain, chain_name, enterprise, enterprise_name,
       category, urgency, text, unit, unit_name, squad, squad_name, holder_role, round, returns,
       due_at, due_clock, overdue, calendar, listed_at, since, changed_at
  FROM demands d
 WHERE true
 ORDER BY due_at, list_id DESC, number
 LIMIT $1 OFFSET $2
