-- The accounts in force of role $2, or the one $3, each may be null: whether somebody can sign in,
-- when it was last used, the sessions in force and used within the interval $1, the link to be used.
SELECT a.account, a.post, a.role, a.belongs_to, c.changed_at AS password_at,
       s.last_seen, coalesce(s.sessions, 0) AS sessions, v.expires_at AS link_until
  FROM accounts a
  LEFT JOIN credentials c ON c.account = a.account
  LEFT JOIN (SELECT account, max(seen_at) AS last_seen,
                    count(*) FILTER (WHERE ended_at IS NULL AND expires_at > clock_timestamp()
                                     AND seen_at > clock_timestamp() - $1::interval) AS sessions
               FROM web_sessions GROUP BY account) s ON s.account = a.account
  LEFT JOIN activations v ON v.account = a.account AND v.used_at IS NULL AND v.revoked_at IS NULL
                         AND v.expires_at > clock_timestamp()
 WHERE a.retired_at IS NULL
   AND ($2::text IS NULL OR a.role = $2)
   AND ($3::text IS NULL OR a.account = $3)
 ORDER BY a.role, a.account
