-- How many demands of each list are reserved and not recorded: their start was interrupted.
SELECT r.list_id, count(*) AS demands, min(r.demand) AS first
  FROM reservations r
 WHERE NOT EXISTS (SELECT FROM demands d WHERE d.demand = r.demand)
 GROUP BY r.list_id ORDER BY r.list_id
