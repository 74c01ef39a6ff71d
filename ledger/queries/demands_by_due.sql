-- A page of demands by their deadlines, those without one last; else as demands.sql.
SELECT demand, list_id, number, status, open, chain, chain_name, enterprise, enterprise_name,
       category, urgency, text, unit, unit_name, squad, squad_name, holder_role, holder_code,
       round, returns, promised_by, due_at, due_clock, overdue, listed_at, since, changed_at
  FROM demands
 WHERE ($1::text[] IS NULL OR status = ANY ($1))
   AND ($2::text IS NULL OR chain = $2)
   AND ($3::text IS NULL OR unit = $3)
   AND ($4::text IS NULL OR squad = $4)
   AND ($5::text IS NULL OR list_id = $5)
   AND ($6::timestamptz IS NULL OR (open AND (overdue OR promised_by < $6)))
   AND ($7::timestamptz IS NULL OR (open AND due_at <= $7))
   AND ($9::text IS NULL OR (coalesce(due_at, 'infinity'), list_id, number) >
        (SELECT coalesce(d.due_at, 'infinity'), d.list_id, d.number FROM demands d
          WHERE d.list_id = $9 AND d.number = $10::integer))
   AND ($11::text[] IS NULL OR chain = ANY ($11) OR unit = ANY ($12::text[])
        OR squad = ANY ($13::text[]) OR enterprise = ANY ($14::text[])
        OR EXISTS (SELECT FROM jsonb_array_elements(state->'co_handlings') AS part
                    WHERE part->'unit'->>'code' = ANY ($12)))
 ORDER BY coalesce(due_at, 'infinity'), list_id, number
 LIMIT $8
