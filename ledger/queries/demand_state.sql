-- The current state of a demand, as folded, with its place in the chain.
SELECT demand, seq, hash, contiguous, state, unit_name FROM demands WHERE demand = $1
