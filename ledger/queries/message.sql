-- One message by its id, with its event and its demand.
SELECT m.*, v.body, d.state
  FROM messages m
  JOIN events v ON v.demand = m.demand AND v.seq = m.seq
  JOIN demands d ON d.demand = m.demand
 WHERE m.id = $1
