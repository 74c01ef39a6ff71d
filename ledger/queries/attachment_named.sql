-- The demand's events that may name a file, the newest first; and the file's thumbnail.
SELECT e.body, a.thumbnail
  FROM events e LEFT JOIN attachments a ON a.sha256 = $2
 WHERE e.demand = $1 AND e.body LIKE '%"sha256":"' || $2 || '"%'
 ORDER BY e.seq DESC
