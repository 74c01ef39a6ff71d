-- A page of looks, the newest first: by account $1, at demand $2, from $3 until before $4, before the
-- look $5; each may be null. At most $6.
SELECT l.look, l.at, l.account, a.post, l.route, l.demand
  FROM looks l LEFT JOIN accounts a ON a.account = l.account
 WHERE ($1::text IS NULL OR l.account = $1)
   AND ($2::text IS NULL OR l.demand = $2)
   AND ($3::timestamptz IS NULL OR l.at >= $3)
   AND ($4::timestamptz IS NULL OR l.at < $4)
   AND ($5::bigint IS NULL OR l.look < $5)
 ORDER BY l.look DESC
 LIMIT $6
