"""The ledger (台账): PostgreSQL's record of events, current state, directory and ids."""
