-- What became of submissions lately, the newest first, at most $1.
SELECT submission, receipt, enterprise, category, text, received_at, standing, settled_by, settled_at,
       demand, reason
  FROM submissions WHERE standing IN ('taken', 'declined')
 ORDER BY settled_at DESC, submission LIMIT $1
