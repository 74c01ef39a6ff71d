"""What the ruled table of a slip has, row by row, in Word and on the page alike."""

from __future__ import annotations

Row = tuple[str, ...]
"""The keys of a row: one that takes it all, or two beside each other."""

ASSIGNMENT: tuple[Row, ...] = (
    ("demand", "assigned_at"),
    ("enterprise", "chain"),
    ("category", "urgency"),
    ("text",),
    ("unit", "squad"),
    ("due",),
    ("requirements",),
    ("receipt",),
)
SUPERVISION: tuple[Row, ...] = (
    ("demand", "supervised_at"),
    ("enterprise", "chain"),
    ("category", "urgency"),
    ("text",),
    ("unit", "squad"),
    ("assigned_at", "supervised_by"),
    ("due",),
    ("reason",),
    ("requirements",),
    ("answer",),
    ("receipt",),
)
ROWS = {"assignment": ASSIGNMENT, "supervision": SUPERVISION}

BLANK = ("answer", "receipt")
"""Filled in by hand."""
