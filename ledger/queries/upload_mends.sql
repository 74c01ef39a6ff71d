-- What people did to the rows of an upload.
SELECT sheet, row, typed, left_out, account, at FROM upload_mends WHERE upload = $1
