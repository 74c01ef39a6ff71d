-- Counts an attempt at $1 under the key $2; how many came before it within the interval $3.
WITH old AS (
    DELETE FROM web_attempts WHERE what = $1 AND at < clock_timestamp() - $3::interval
), now AS (
    INSERT INTO web_attempts (what, key) VALUES ($1, $2)
)
SELECT count(*) FROM web_attempts
 WHERE what = $1 AND key = $2 AND at >= clock_timestamp() - $3::interval
