-- How many messages need a person, as far as $1: failed, uncertain, or left to somebody's hand
-- although their reader has no inbox, or a channel that should have served.
SELECT count(*) FROM (
    (SELECT 1 FROM messages WHERE status IN ('failed', 'uncertain') LIMIT $1)
    UNION ALL
    (SELECT 1 FROM messages
      WHERE by_hand IS NOT NULL AND passed_on_at IS NULL AND status = 'unread'
        AND (by_hand = 'all_failed' OR recipient = 'enterprise') LIMIT $1)
    LIMIT $1) troubled
