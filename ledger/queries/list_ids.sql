-- All lists, the newest first.
SELECT list_id, meeting FROM lists ORDER BY created_at DESC, list_id DESC
