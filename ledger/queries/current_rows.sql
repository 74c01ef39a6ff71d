-- The current state of some demands, every column, for the audit.
SELECT * FROM demands WHERE demand = ANY ($1::text[])
