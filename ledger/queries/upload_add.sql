-- Keeps the workbook $2 with the file name $1, uploaded by account $3.
INSERT INTO uploads (file, content, account, good, bad) VALUES ($1, $2, $3, $4, $5)
RETURNING upload, at
