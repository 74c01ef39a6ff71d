-- A unit in force.
SELECT code, name FROM units WHERE code = $1 AND retired_at IS NULL
