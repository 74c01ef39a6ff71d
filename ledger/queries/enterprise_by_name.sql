-- One enterprise in force by its exact name.
SELECT uscc, name, chain, contact_post, false AS retired
  FROM enterprises WHERE name = $1 AND retired_at IS NULL
