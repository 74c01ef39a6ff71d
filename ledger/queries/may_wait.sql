-- The open demands that may want something from somebody, with how far each has come.
-- By unit (or the chains of which it assigns), squad, enterprise; a null argument is everybody's.
-- $5: only what the bureau may have to decide or record, or its own unit ($6) to do. $7: only what
-- was escalated, everywhere ($8) or in these chains ($9).
SELECT demand, seq FROM demands
 WHERE open
   AND ($1::text IS NULL OR unit = $1 OR (status = 'listed' AND chain = ANY ($4::text[]))
        OR state->'co_handlings' @> jsonb_build_array(jsonb_build_object(
            'unit', jsonb_build_object('code', $1), 'finished_at', NULL)))
   AND ($2::text IS NULL OR squad = $2)
   AND ($3::text IS NULL OR enterprise = $3)
   AND (NOT $5::boolean OR status IN ('listed', 'resolved') OR unit = $6::text
        OR jsonb_typeof(state->'extension') = 'object'
        OR state->'co_handlings' @> jsonb_build_array(jsonb_build_object(
            'unit', jsonb_build_object('code', $6), 'finished_at', NULL)))
   AND (NOT $7::boolean
        OR (($8::boolean OR chain = ANY ($9::text[])) AND state->'escalations' <> '[]'::jsonb))
