-- A table of a year counts in this park from now on; one that is there already stays as it is.
INSERT INTO calendar_years (year, version, body, adopted_by) VALUES ($1, $2, $3::jsonb, $4)
ON CONFLICT DO NOTHING
