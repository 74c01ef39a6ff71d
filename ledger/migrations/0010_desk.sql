-- What the desk's ledger needs to stay quick with thousands of rows (ledger/demand_views.py).

-- The order in which the desk opens: by the deadline that comes first, then by the list.
CREATE INDEX demands_in_desk_order ON demands (due_at, list_id DESC, number);
DROP INDEX demands_by_due;

-- Units see what they helped with after it has ended as well.
CREATE INDEX demands_of_helpers ON demands USING gin ((state->'co_handlings') jsonb_path_ops);
DROP INDEX demands_co_handlings;
