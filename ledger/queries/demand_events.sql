-- All events of a demand in order.
SELECT demand, seq, kind, at, account, command_id, prev, hash, body, recorded_at
  FROM events WHERE demand = $1 ORDER BY seq
