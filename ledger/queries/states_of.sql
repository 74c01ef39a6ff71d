-- The states of these demands.
SELECT demand, seq, state FROM demands WHERE demand = ANY ($1::text[])
