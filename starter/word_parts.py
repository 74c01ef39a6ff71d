"""Pieces that the words of all events are made of."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from domain.calendar import PARK_TIME
from domain.values import Squad, Unit
from runtime.text import text


def when(instant: datetime) -> str:
    """A moment in the park's time."""
    return f"{instant.astimezone(PARK_TIME):%Y-%m-%d %H:%M}"


def deadline(instant: datetime) -> str:
    """A moment something is due: a day's end is called by that day."""
    local = instant.astimezone(PARK_TIME)
    if local.time() == time():
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    if local.second or local.microsecond:
        return f"{local:%Y-%m-%d %H:%M:%S}"
    return when(instant)


def place(unit: Unit | None, squad: Squad | None) -> str:
    """A unit with its squad."""
    names = [ref.name for ref in (unit, squad) if ref is not None]
    return (
        text("cli.with_squad", unit=names[0], squad=names[1]) if len(names) > 1 else "".join(names)
    )


def say(key: str, **facts: object) -> str:
    """A part of what an event says."""
    return text(f"cli.said_{key}", **facts)
