-- The running clocks and pauses of some demands, for saying what time is left.
SELECT demand, state->'running' AS running, state->'pauses' AS pauses
  FROM demands WHERE demand = ANY ($1::text[])
