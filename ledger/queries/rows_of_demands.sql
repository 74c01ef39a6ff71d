-- All events of some demands as they are stored, in order, for the audit.
SELECT demand, seq, kind, at, account, command_id, prev, hash, body
  FROM events WHERE demand = ANY ($1::text[]) ORDER BY demand, seq
