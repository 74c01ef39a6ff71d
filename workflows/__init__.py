"""Deterministic orchestration on Temporal: one file a workflow."""
