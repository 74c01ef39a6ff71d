-- What is reserved in a list, with whether it has been recorded and what the demand says now.
SELECT r.demand, r.number, r.enterprise, r.text_key, r.command_id, r.command,
       r.imported, d.seq, d.status
  FROM reservations r LEFT JOIN demands d ON d.demand = r.demand
 WHERE r.list_id = $1 ORDER BY r.number
