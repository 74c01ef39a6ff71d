"""Audit (审计): replay, refold, compare with the ledger, and the hash chain. Reads only."""
