-- Notes that link $1 was opened.
UPDATE enterprise_links SET opened_at = clock_timestamp(), opens = opens + 1 WHERE link = $1
