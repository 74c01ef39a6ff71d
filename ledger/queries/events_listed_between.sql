-- All events of the demands listed from $1 to before $2, in order, to be folded again.
-- $3 to $6 are the scope of the reader.
SELECT e.demand, e.body FROM demands d JOIN events e ON e.demand = d.demand
 WHERE d.listed_at >= $1 AND d.listed_at < $2
   AND ($3::text[] IS NULL OR d.chain = ANY ($3) OR d.unit = ANY ($4::text[])
        OR d.squad = ANY ($5::text[]) OR d.enterprise = ANY ($6::text[])
        OR EXISTS (SELECT FROM jsonb_array_elements(d.state->'co_handlings') AS part
                    WHERE part->'unit'->>'code' = ANY ($4)))
 ORDER BY d.list_id, d.number, e.demand, e.seq
