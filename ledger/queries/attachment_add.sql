-- Notes a stored file and who brought it; what is known already stays as it is.
WITH kept AS (
    INSERT INTO attachments (sha256, media_type, size, width, height, thumbnail)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (sha256) DO NOTHING
)
INSERT INTO attachment_bearers (sha256, account) VALUES ($1, $7)
ON CONFLICT (sha256, account) DO NOTHING
