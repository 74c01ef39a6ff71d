-- What was reserved under an id.
SELECT demand, list_id, command_id, command FROM reservations WHERE demand = $1
