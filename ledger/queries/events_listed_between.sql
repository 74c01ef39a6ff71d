-- All events of the demands listed from $1 to before $2, in order, to be folded again.
SELECT e.demand, e.body FROM demands d JOIN events e ON e.demand = d.demand
 WHERE d.listed_at >= $1 AND d.listed_at < $2
 ORDER BY d.list_id, d.number, e.demand, e.seq
