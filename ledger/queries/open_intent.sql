-- Say beforehand what is about to be asked; answers up to where the ledger is complete, with the
-- hash there, the version of the directory in force, and whether the intent is new.
WITH opened AS (
    INSERT INTO intents (command_id, demand) VALUES ($1, $2)
    ON CONFLICT (demand, command_id) DO NOTHING
    RETURNING command_id
)
SELECT EXISTS (SELECT FROM opened) AS fresh, coalesce(d.contiguous, 0) AS contiguous,
       coalesce(e.hash, '') AS hash, v.version AS directory
  FROM directory_version v
  LEFT JOIN demands d ON d.demand = $2
  LEFT JOIN events e ON e.demand = d.demand AND e.seq = d.contiguous
