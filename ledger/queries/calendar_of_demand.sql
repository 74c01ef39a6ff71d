-- The calendar that a demand counts by.
SELECT state->'calendar' FROM demands WHERE demand = $1
