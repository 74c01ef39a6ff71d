-- The session with token hash $1, if it was used within the interval $2; notes the use once a minute.
WITH found AS (
    SELECT s.session, s.account, s.seen_at
      FROM web_sessions s JOIN accounts a ON a.account = s.account AND a.retired_at IS NULL
     WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
       AND s.seen_at > clock_timestamp() - $2::interval
), used AS (
    UPDATE web_sessions w SET seen_at = clock_timestamp() FROM found f
     WHERE w.session = f.session AND f.seen_at < clock_timestamp() - INTERVAL '1 minute'
)
SELECT f.session, f.account, v.version FROM found f, directory_version v
