-- Submission $1.
SELECT submission, receipt, enterprise, category, text, contact_name, contact_phone, received_at,
       standing, settled_by, settled_at, demand, reason
  FROM submissions WHERE submission = $1
