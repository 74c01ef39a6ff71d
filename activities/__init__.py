"""Side effects that workflows ask for: record in the ledger; notifying comes later."""
