-- The demands that a scope covers: of chains $1, units $2, squads $3, enterprises $4, or with the
-- help of a unit as $5 has it; each part is found by an index of its own.
SELECT demand FROM demands WHERE chain = ANY ($1::text[])
 UNION SELECT demand FROM demands WHERE unit = ANY ($2::text[])
 UNION SELECT demand FROM demands WHERE squad = ANY ($3::text[])
 UNION SELECT demand FROM demands WHERE enterprise = ANY ($4::text[])
 UNION SELECT demand FROM unnest($5::jsonb[]) AS helper
         JOIN demands ON state->'co_handlings' @> helper
