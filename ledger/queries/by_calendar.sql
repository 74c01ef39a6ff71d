-- The open demands that a working calendar counts for, with the version of it; $1 is that of the
-- office that never closes. $2 names some of them; null is all.
SELECT demand, calendar, listed_at FROM demands
 WHERE open AND calendar IS NOT NULL AND calendar <> $1
   AND ($2::text[] IS NULL OR demand = ANY ($2))
 ORDER BY list_id, number
