-- The numbers of a list given so far.
UPDATE lists SET last_number = $2 WHERE list_id = $1
