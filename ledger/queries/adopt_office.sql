-- These office hours count from now on; those that are there already stay as they are.
INSERT INTO calendar_offices (version, body, adopted_by) VALUES ($1, $2::jsonb, $3)
ON CONFLICT DO NOTHING
