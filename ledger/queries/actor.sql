-- An account with all that the directory says of it now, to make an actor of it.
SELECT a.account, a.post, a.role, a.belongs_to, a.retired_at IS NOT NULL AS retired,
       u.code IS NOT NULL AS of_unit,
       s.code IS NOT NULL AS of_squad,
       coalesce(s.captain_post = a.post, false) AS captain,
       ARRAY(SELECT c.code FROM chains c
              WHERE c.secretary_unit = a.belongs_to AND c.retired_at IS NULL
              ORDER BY c.code) AS chains_of_unit,
       EXISTS (SELECT FROM chains c WHERE c.code = a.belongs_to) AS of_chain
  FROM accounts a
  LEFT JOIN units u ON u.code = a.belongs_to
  LEFT JOIN squads s ON s.code = a.belongs_to
 WHERE a.account = $1
