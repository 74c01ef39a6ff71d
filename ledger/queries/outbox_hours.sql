-- When people may be disturbed about the messages $1 that are late, by their demands' policies.
SELECT m.id, m.urgency, d.state #>> '{policy,messages}' AS messages, d.state ->> 'calendar' AS calendar
  FROM messages m JOIN demands d ON d.demand = m.demand
 WHERE m.id = ANY ($1::bigint[]) AND m.not_before < clock_timestamp() - interval '10 minutes'
   AND d.state #>> '{policy,messages,hours}' <> '[]'
