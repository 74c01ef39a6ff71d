"""The first and last days that make sense in a form's date fields, so that pickers begin there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.calendar import ONE_DAY, PARK_TIME
from domain.state import DemandState


def limits_of(state: DemandState, now: datetime) -> Mapping[str, Mapping[str, str]]:
    """`min` and `max` of the fields that have any; what is sent, `decide` checks."""
    today = now.astimezone(PARK_TIME).date()
    return {
        "until": {"min": today.isoformat()},
        "review_on": {"min": (today + ONE_DAY).isoformat()},
        "milestone_due": {"min": today.isoformat()},
        "raised_on": {"max": today.isoformat()},
        "percent": {"min": str(state.percent), "max": "100"},
    }
