-- Remember what the list last said of a demand's amendable fields.
UPDATE reservations SET imported = $2::jsonb WHERE demand = $1
