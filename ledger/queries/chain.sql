-- A chain in force.
SELECT code, name FROM chains WHERE code = $1 AND retired_at IS NULL
