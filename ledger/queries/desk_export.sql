-- All rows of a view of the ledger, for a file; demand_views puts other conditions and another order
-- in their places.
SELECT demand, list_id, status, open, overdue, chain_name, enterprise_name, category, urgency, text,
       unit_name, squad_name, holder_role, round, returns, due_at, due_clock, listed_at, since,
       changed_at, state #>> '{raised_on}' AS raised_on,
       jsonb_typeof(state->'extension') = 'object' AS asks_extension
  FROM demands d
 WHERE true
 ORDER BY due_at, list_id DESC, number
