-- The counts above the ledger: deadlines by $1 have passed, those by $2 come soon; demand_views puts
-- other conditions in their place.
SELECT count(*) AS everything,
       count(*) FILTER (WHERE open) AS open,
       count(*) FILTER (WHERE status = 'listed') AS to_assign,
       count(*) FILTER (WHERE open AND due_at <= $1::timestamptz) AS overdue,
       count(*) FILTER (WHERE open AND due_at > $1 AND due_at <= $2::timestamptz) AS soon,
       count(*) FILTER (WHERE status = 'resolved') AS to_evaluate,
       count(*) FILTER (WHERE status = 'closed') AS closed
  FROM demands d
 WHERE true
