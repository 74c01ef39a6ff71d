-- The secret named $1.
SELECT secret FROM web_secrets WHERE name = $1
