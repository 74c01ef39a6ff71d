-- The unit and squad that a category of demand usually goes to.
SELECT r.unit, u.name AS unit_name, r.squad, s.name AS squad_name
  FROM routes r
  JOIN units u ON u.code = r.unit AND u.retired_at IS NULL
  LEFT JOIN squads s ON s.code = r.squad AND s.retired_at IS NULL
 WHERE r.category = $1 AND r.retired_at IS NULL
