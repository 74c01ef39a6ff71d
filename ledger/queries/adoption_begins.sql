-- One adoption at a time: whether it is ours now, until our connection ends or gives it back.
SELECT pg_try_advisory_lock(hashtextextended('lianban calendar adopt', 0))
