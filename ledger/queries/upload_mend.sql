-- Row $3 of sheet $2 of upload $1 as typed anew ($4) or left out for a reason ($5), by account $6.
INSERT INTO upload_mends (upload, sheet, row, typed, left_out, account)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (upload, sheet, row) DO UPDATE
   SET typed = coalesce(excluded.typed, upload_mends.typed), left_out = excluded.left_out,
       account = excluded.account, at = clock_timestamp()
