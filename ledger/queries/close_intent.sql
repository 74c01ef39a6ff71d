-- The command was refused or never sent: nothing will come of it.
DELETE FROM intents WHERE demand = $1 AND command_id = $2
