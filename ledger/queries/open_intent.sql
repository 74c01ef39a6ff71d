-- Say beforehand what is about to be asked; answers the seq up to which the ledger is complete
-- and the version of the directory in force.
WITH opened AS (
    INSERT INTO intents (command_id, demand) VALUES ($1, $2)
    ON CONFLICT (command_id) DO NOTHING
)
SELECT coalesce((SELECT contiguous FROM demands WHERE demand = $2), 0) AS contiguous,
       (SELECT version FROM directory_version) AS directory_version
