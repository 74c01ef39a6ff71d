-- Queue the message of inbox row $1 for account $2 ('*': a group) by channel $3; where it is there
-- already, how it stands.
WITH put AS (
    INSERT INTO messages (demand, seq, account, channel, kind, recipient, code, copy_to,
                          stands_in_for, not_before, urgency, digest, tries_allowed, status)
    SELECT demand, seq, $2, $3, kind, recipient, code, copy_to,
           stands_in_for, not_before, urgency, digest, tries_allowed, 'queued'
      FROM messages WHERE id = $1
    ON CONFLICT (demand, seq, account, channel) DO NOTHING
    RETURNING status
)
SELECT status FROM put
 UNION ALL
SELECT o.status FROM messages i
  JOIN messages o ON o.demand = i.demand AND o.seq = i.seq
 WHERE i.id = $1 AND o.account = $2 AND o.channel = $3
