"""What people themselves promised: the end of a pause, a milestone's date, the review of "not now".
The deadlines that the policy sets are in `domain.timekeeping`.
"""

from __future__ import annotations

from datetime import datetime

from domain.calendar import PARK_TIME as PARK_TIME
from domain.calendar import end_of_day as end_of_day
from domain.state import DemandState


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
