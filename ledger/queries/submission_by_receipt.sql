-- How the submission with receipt $1 stands: nothing of what was sent.
SELECT received_at, standing, settled_at, reason FROM submissions WHERE receipt = $1
