-- What is known of some files, as far as this account has brought them.
SELECT a.sha256, a.media_type, a.size, a.width, a.height, a.thumbnail
  FROM attachments a JOIN attachment_bearers b USING (sha256)
 WHERE b.account = $1 AND a.sha256 = ANY ($2::text[])
