-- How many demands there are in each status.
SELECT status, count(*) AS demands FROM demands GROUP BY status
