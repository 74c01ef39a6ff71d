-- Keeps how many rows of upload $1 are good and bad, as last checked.
UPDATE uploads SET good = $2, bad = $3 WHERE upload = $1 AND (good, bad) <> ($2, $3)
