-- The next adoption may begin.
SELECT pg_advisory_unlock(hashtextextended('lianban calendar adopt', 0))
