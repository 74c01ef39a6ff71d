-- A page of demands in list order; every filter may be null. $8, $9 are the key to go on after.
SELECT demand, list_id, number, status, open, chain, chain_name, enterprise, enterprise_name,
       category, urgency, text, unit, unit_name, squad, squad_name, holder_role, holder_code,
       round, returns, promised_by, listed_at, since, changed_at
  FROM demands
 WHERE ($1::text[] IS NULL OR status = ANY ($1))
   AND ($2::text IS NULL OR chain = $2)
   AND ($3::text IS NULL OR unit = $3)
   AND ($4::text IS NULL OR squad = $4)
   AND ($5::text IS NULL OR list_id = $5)
   AND ($6::timestamptz IS NULL OR (open AND promised_by IS NOT NULL AND promised_by < $6))
   AND ($8::text IS NULL OR (list_id, number) > ($8, $9::integer))
 ORDER BY list_id, number
 LIMIT $7
