-- The responsible leaders whom a unit has named, the one named last first.
SELECT leader FROM (
    SELECT state->>'responsible_leader' AS leader, max(changed_at) AS at FROM demands
     WHERE unit = $1 AND state->>'responsible_leader' IS NOT NULL
     GROUP BY 1) named
 ORDER BY at DESC, leader LIMIT 5
