-- What else the ledger knows of some demands: whether an id is reserved, and the open intents.
SELECT wanted.demand,
       EXISTS (SELECT FROM reservations r WHERE r.demand = wanted.demand) AS reserved,
       ARRAY(SELECT i.command_id FROM intents i WHERE i.demand = wanted.demand) AS intents
  FROM unnest($1::text[]) AS wanted (demand)
