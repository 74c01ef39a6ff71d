-- A link named $1 to demand $2 of enterprise $3, made by $4, for the interval $5.
INSERT INTO enterprise_links (link, demand, enterprise, made_by, expires_at)
VALUES ($1, $2, $3, $4, clock_timestamp() + $5::interval)
