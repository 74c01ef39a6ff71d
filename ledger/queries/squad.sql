-- A squad in force.
SELECT code, name FROM squads WHERE code = $1 AND retired_at IS NULL
