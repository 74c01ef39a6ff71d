-- How many submissions wait for a clerk.
SELECT count(*) FROM submissions WHERE standing IN ('waiting', 'taking')
