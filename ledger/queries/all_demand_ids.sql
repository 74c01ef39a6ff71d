-- Every demand that was ever reserved or recorded, in list order.
SELECT demand FROM reservations
 UNION SELECT demand FROM demands
 UNION SELECT DISTINCT demand FROM events
 ORDER BY 1
