-- The sessions in force of account $1, used within the interval $2, the last used first.
SELECT session, agent, begun_at, seen_at, expires_at FROM web_sessions
 WHERE account = $1 AND ended_at IS NULL AND expires_at > clock_timestamp()
   AND seen_at > clock_timestamp() - $2::interval
 ORDER BY seen_at DESC, session DESC
