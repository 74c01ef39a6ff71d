-- What waits for a clerk, the oldest first, at most $1.
SELECT submission, receipt, enterprise, category, text, received_at, standing, settled_by, settled_at
  FROM submissions WHERE standing IN ('waiting', 'taking') ORDER BY received_at, submission LIMIT $1
