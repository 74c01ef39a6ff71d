-- The list, made if it is new; locks it, so that numbers are given one caller at a time.
INSERT INTO lists (list_id, meeting) VALUES ($1, $2)
ON CONFLICT (list_id) DO UPDATE SET
    meeting = CASE WHEN excluded.meeting <> '' THEN excluded.meeting ELSE lists.meeting END
RETURNING last_number, meeting
