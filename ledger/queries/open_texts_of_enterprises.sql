-- The open demands of these enterprises with their texts, to find possible duplicates.
SELECT demand, enterprise, text, status FROM demands
 WHERE enterprise = ANY ($1::text[]) AND open ORDER BY demand DESC
