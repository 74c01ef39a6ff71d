-- One enterprise by its unified social credit code.
SELECT uscc, name, chain, contact_post, retired_at IS NOT NULL AS retired
  FROM enterprises WHERE uscc = $1
