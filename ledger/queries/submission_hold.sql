-- Account $2 takes submission $1 up, if nobody else has, or began to within the interval $3.
UPDATE submissions
   SET standing = 'taking', settled_by = $2, settled_at = clock_timestamp()
 WHERE submission = $1
   AND (standing = 'waiting'
        OR (standing = 'taking' AND settled_at < clock_timestamp() - $3::interval))
RETURNING submission
