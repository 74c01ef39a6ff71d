-- Whether anything was ever put into this ledger.
SELECT EXISTS (SELECT FROM chains) AS chains, EXISTS (SELECT FROM lists) AS lists
