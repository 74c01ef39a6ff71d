-- Keeps what was sent by form $2 under receipt $1, once; its receipt, which is the first one's.
WITH added AS (
    INSERT INTO submissions (receipt, form, enterprise, category, text, contact_name, contact_phone)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (form) DO NOTHING RETURNING receipt
)
SELECT receipt FROM added
UNION ALL SELECT receipt FROM submissions WHERE form = $2
