-- The first event that a command of this account made of a demand: null where there is none.
SELECT kind FROM events
 WHERE demand = $1 AND command_id = $2 AND account = $3
 ORDER BY seq LIMIT 1
