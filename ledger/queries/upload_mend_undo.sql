-- Row $3 of sheet $2 of upload $1 counts again as the workbook has it.
DELETE FROM upload_mends WHERE upload = $1 AND sheet = $2 AND row = $3
