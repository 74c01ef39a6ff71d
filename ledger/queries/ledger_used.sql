-- Whether anything was ever put into this ledger, and whether it has the list $1.
SELECT EXISTS (SELECT FROM chains) AS chains, EXISTS (SELECT FROM lists) AS lists,
       EXISTS (SELECT FROM lists WHERE list_id = $1) AS this_list
