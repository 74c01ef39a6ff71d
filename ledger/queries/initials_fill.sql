-- The pinyin initials $2 of the demands $1, where they have none.
UPDATE demands AS d SET initials = given.initials
  FROM unnest($1::text[], $2::text[]) AS given (demand, initials)
 WHERE d.demand = given.demand AND d.initials IS NULL
