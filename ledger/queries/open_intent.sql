-- Say beforehand what is about to be asked; answers the seq up to which the ledger is complete.
WITH opened AS (
    INSERT INTO intents (command_id, demand) VALUES ($1, $2)
    ON CONFLICT (command_id) DO NOTHING
)
SELECT coalesce((SELECT contiguous FROM demands WHERE demand = $2), 0)
