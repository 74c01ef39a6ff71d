-- Reserve an id for a list, enterprise and text; answers nothing where they have one already.
INSERT INTO reservations
       (demand, list_id, number, enterprise, text_key, command_id, command, imported)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb)
ON CONFLICT DO NOTHING
RETURNING demand
