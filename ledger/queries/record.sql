-- Write events and the state after them, once; answers the contiguous seq.
SELECT record_events($1::jsonb, $2::jsonb)
