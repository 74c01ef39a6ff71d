-- A list that there is already: its meeting, and how many demands are on it.
SELECT meeting, last_number FROM lists WHERE list_id = $1 AND last_number > 0
