-- At most $1 demands whose pinyin initials are still to be written.
SELECT demand, enterprise_name, text FROM demands WHERE initials IS NULL ORDER BY demand LIMIT $1
