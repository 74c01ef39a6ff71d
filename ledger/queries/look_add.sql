-- Records that account $1 opens in session $2 the route $3, of demand $4; a fragment ($5) only where
-- the session hasn't opened its page within a day.
INSERT INTO looks (account, session, route, demand)
SELECT $1, $2, $3, $4
 WHERE NOT $5::boolean OR NOT EXISTS (
    SELECT FROM looks
     WHERE session = $2 AND route = $3 AND demand IS NOT DISTINCT FROM $4
       AND at > clock_timestamp() - INTERVAL '1 day')
