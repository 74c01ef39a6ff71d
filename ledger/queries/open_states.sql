-- The states of the open demands that may concern somebody; a null argument concerns everybody.
SELECT state FROM demands
 WHERE open
   AND ($1::text IS NULL OR unit = $1 OR (status = 'listed' AND chain = ANY ($4::text[]))
        OR state->'co_handlings' @> jsonb_build_array(jsonb_build_object(
            'unit', jsonb_build_object('code', $1), 'finished_at', NULL)))
   AND ($2::text IS NULL OR squad = $2)
   AND ($3::text IS NULL OR enterprise = $3)
 ORDER BY list_id, number
