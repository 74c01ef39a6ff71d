-- The command was refused or never sent: nothing will come of it.
DELETE FROM intents WHERE command_id = $1
