-- Keep an alarm, once for each different content that was offered.
INSERT INTO alarms (demand, seq, kind, detail) VALUES ($1, $2, $3, $4::jsonb)
ON CONFLICT DO NOTHING
