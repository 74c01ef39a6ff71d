"""The instants a demand waits for.

The deadlines of a policy come with a later format; a policy of format 1 has none, so the workflow
arms no timer. What people themselves promised (the end of a pause, a milestone's date, the review
of "not now") is known already and is what lists call overdue.
"""

from __future__ import annotations

from datetime import datetime

from domain.calendar import PARK_TIME as PARK_TIME
from domain.calendar import end_of_day as end_of_day
from domain.state import DemandState


def next_due(state: DemandState) -> datetime | None:
    """The earliest instant at which the clock itself must act: none under a format-1 policy."""
    del state
    return None


def promised_by(state: DemandState) -> datetime | None:
    """The earliest instant somebody promised something for, and hasn't done it yet."""
    if not state.open:
        return None
    promises: list[datetime] = []
    if state.pause is not None:
        promises.append(state.pause.until)
    elif state.reviewable and state.resolution and state.resolution.review_on:
        promises.append(end_of_day(state.resolution.review_on))
    elif state.plan is not None and state.resolution is None:
        promises += [
            end_of_day(m.due_on)
            for m in state.plan.milestones
            if m.due_on is not None and m.completed_at is None
        ]
    return min(promises, default=None)
