-- Keep which way was chosen for inbox row $1: $2, after those of $3 failed; $4: left to a person.
UPDATE messages SET routed = true, via = $2, tried = $3::text[], by_hand = $4 WHERE id = $1
