"""How much time a deadline leaves, or has been over, in the measure in which it is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from domain.calendar import ONE_DAY, PARK_TIME, Almanac, Calendar, end_of_day
from domain.clock import FOREVER, working_minutes
from domain.deadline import Pause
from domain.duration import Measure
from domain.running import Running
from domain.state import DemandState
from domain.timekeeping import PAUSABLE
from domain.values import Value


class Remaining(Value):
    """What is left, or since when it is late; `count` is days for `d` and `wd`, else seconds.

    The measure is that of the deadline, or a finer one where less than a day of it remains: office
    time for working days, elapsed time (`s`) for the others and where there is no office time.
    """

    late: bool
    measure: Measure
    count: int


def remaining(state: DemandState, running: Running, now: datetime) -> Remaining:
    """What is left of one of a demand's running deadlines as of `now`.

    n working days are left where n working days from now would fall due at the same instant: today
    counts for nothing, as in the deadline itself.
    """
    assert state.calendar is not None, "where a clock runs there is a calendar"
    return left_of(running, state.calendar, state.pauses, now)


def left_of(
    running: Running, calendar: Calendar, pauses: tuple[Pause, ...], now: datetime
) -> Remaining:
    """The same of a deadline alone, with what it is counted by."""
    late = running.due < now
    begin, end = (running.due, now) if late else (now, running.due)
    held = () if late or running.clock not in PAUSABLE else pauses
    measure, count = _between(begin, end, _measure(running), Almanac(calendar), held)
    return Remaining(late=late, measure=measure, count=count)


def _measure(running: Running) -> Measure:
    return running.legs[-1].rule.measure if running.legs else Measure.DAYS


def _between(
    begin: datetime, end: datetime, measure: Measure, almanac: Almanac, held: tuple[Pause, ...]
) -> tuple[Measure, int]:
    elapsed = _elapsed(begin, end, held)
    match measure:
        case Measure.WORKING_DAYS:
            days = _count(begin, end, almanac.closing, held, almanac.works)
            if days:
                return measure, days
            return _between(begin, end, Measure.WORKING_HOURS, almanac, held)
        case Measure.DAYS:
            days = _count(begin, end, end_of_day, held, lambda _: True)
            return (measure, days) if days else (Measure.SECONDS, elapsed)
        case Measure.WORKING_HOURS:
            minutes = working_minutes(begin, end, almanac.calendar, held)
            return (measure, 60 * minutes) if minutes else (Measure.SECONDS, elapsed)
        case Measure.SECONDS | Measure.MINUTES | Measure.HOURS:
            return Measure.SECONDS, elapsed


def _count(
    begin: datetime,
    end: datetime,
    tick: Callable[[date], datetime],
    held: tuple[Pause, ...],
    counts: Callable[[date], bool],
) -> int:
    """The days after that of `begin` whose tick comes by `end`, outside of pauses."""
    found, on = 0, begin.astimezone(PARK_TIME).date() + ONE_DAY
    while tick(on) <= end:
        found += counts(on) and not any(p.since < tick(on) <= _until(p) for p in held)
        on += ONE_DAY
    return found


def _elapsed(begin: datetime, end: datetime, held: tuple[Pause, ...]) -> int:
    paused = sum(
        (max(min(_until(p), end) - max(p.since, begin), timedelta()) for p in held), timedelta()
    )
    return (end - begin - paused) // timedelta(seconds=1)


def _until(pause: Pause) -> datetime:
    return pause.until or FOREVER
