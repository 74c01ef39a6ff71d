-- Account $2 doesn't take submission $1 up, for the reason $3, if nobody else has.
UPDATE submissions
   SET standing = 'declined', settled_by = $2, reason = $3, settled_at = clock_timestamp()
 WHERE submission = $1
   AND (standing = 'waiting'
        OR (standing = 'taking' AND settled_at < clock_timestamp() - $4::interval))
RETURNING submission
