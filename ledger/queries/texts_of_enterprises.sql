-- The texts these enterprises have asked for before, in whatever list, to find possible duplicates.
SELECT r.demand, r.enterprise, r.text_key, r.command->>'text' AS text
  FROM reservations r
 WHERE r.enterprise = ANY ($1::text[]) ORDER BY r.demand
