"""When something is due: a pure function of (start, duration, calendar, pauses).

How each measure passes, and what a pause takes out of it:

| | passes | due | a pause takes out |
|---|---|---|---|
| `s` `m` `h` | always | when it has passed | its length |
| `wh` | while the office is open | when it has passed | the office time in it |
| `d` | at each 24:00 after the first day | at 24:00 of the last day, which | the 24:00s in it |
| | | rolls on to the next working day | |
| `wd` | at each closing after the first day | at the last of them | the closings in it |

The first day is the park's date of the start, whether or not it is worked, and counts for nothing
in `d` and `wd` (as in article 201 of the Civil Code; the rolling is article 203). A pause is the
time after its `since`, up to and including its `until`: what falls due at the very instant at
which a pause begins is due, and a closing at which it ends is covered. Before an office opens, and
after it has closed, `wh` stands still; it is due at the earliest instant that completes it, so at
closing, not at the next opening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, assert_never

from domain.calendar import (
    ONE_DAY,
    PARK_TIME,
    Almanac,
    Calendar,
    Day,
    beginning_of_day,
    end_of_day,
)
from domain.deadline import Deadline, Pause, Why
from domain.duration import Duration, Measure
from domain.trail import Trail
from domain.values import LAST_YEAR

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of a pause whose end nobody knows."""

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Held(NamedTuple):
    """A pause as the clock sees it: within reach, merged with those it overlaps, never empty."""

    since: datetime
    until: datetime


class _Found(NamedTuple):
    """`due` on `day`, or None and what is `left`: days, or seconds rounded up."""

    due: datetime | None
    day: date | None = None
    left: int | None = None


def deadline(
    start: datetime, duration: Duration, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> Deadline:
    """When `duration` has passed since `start`, with the derivation.

    Total for instants that the domain knows; a pause or start so late that the year 9999 would be
    reached raises `OverflowError`.
    """
    held = _held(pauses, start)
    almanac = calendar.almanac
    trail = Trail(almanac)
    found = _find(start, duration, almanac, trail, held)
    if found.due is not None and found.due.year > LAST_YEAR:
        raise OverflowError("due beyond the years that can be written")
    return Deadline(
        start=start,
        rule=duration,
        due=found.due,
        day=found.day,
        left=found.left,
        calendar=calendar.version,
        years=trail.years(),
        days=trail.stretches(),
        pauses=tuple(_as_pause(p) for p in held if found.due is None or p.since < found.due),
    )


def working_minutes(
    begin: datetime, end: datetime, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> int:
    """The working minutes, unpaused, that end after `begin` and not after `end`.

    A minute belongs to the interval in which it ends, so adjoining intervals add up exactly, and
    each minute is charged once, to whoever holds the demand when it ends.
    """
    held = _held(pauses, begin)
    almanac = calendar.almanac
    return sum(
        _whole_minutes(high) - _whole_minutes(low)
        for on in _days(begin, end)
        for opens, closes in almanac.office(on)
        for low, high in _free(max(opens, begin), min(closes, end), held)
    )


def _find(
    start: datetime, duration: Duration, almanac: Almanac, trail: Trail, held: Sequence[Held]
) -> _Found:
    match duration.measure:
        case Measure.SECONDS | Measure.MINUTES | Measure.HOURS:
            return _elapsed(start, duration.length, held)
        case Measure.WORKING_HOURS:
            return _office_time(start, duration.length, almanac, trail, held)
        case Measure.DAYS:
            return _calendar_days(start, duration.count, trail, held)
        case Measure.WORKING_DAYS:
            return _working_days(start, duration.count, almanac, trail, held)
        case _:
            assert_never(duration.measure)


def _elapsed(start: datetime, length: timedelta, held: Sequence[Held]) -> _Found:
    at, left = start, length
    for pause in held:
        if pause.since - at >= left:
            break
        left -= pause.since - at
        if pause.until == FOREVER:
            return _Found(None, left=_seconds_up(left))
        at = pause.until
    return _Found(at + left)


def _working_days(
    start: datetime, count: int, almanac: Almanac, trail: Trail, held: Sequence[Held]
) -> _Found:
    left, on = count, _park_date(start)
    trail.add(on, Why.BEGAN)
    while True:
        on += ONE_DAY
        if pause := _covering(held, almanac.closing(on)):
            if pause.until == FOREVER:
                return _Found(None, left=left)
            on = _skip_paused(on, pause, almanac.closing, trail)
            continue
        day = trail.see(on)
        left -= day.works
        trail.add(on, _why(day), day.name, counted=int(day.works))
        if not left:
            return _Found(almanac.closing(on), day=on)


def _calendar_days(start: datetime, count: int, trail: Trail, held: Sequence[Held]) -> _Found:
    left, on = count, _park_date(start)
    trail.add(on, Why.BEGAN)
    while True:
        on += ONE_DAY
        if pause := _covering(held, end_of_day(on)):
            if pause.until == FOREVER:
                return _Found(None, left=left)
            on = _skip_paused(on, pause, end_of_day, trail)
            continue
        rolling = not left
        if not rolling:
            left -= 1
            trail.add(on, Why.DAYS, counted=1)
        if left:
            continue
        day = trail.see(on)
        if day.works:
            return _Found(end_of_day(on), day=on)
        if rolling:
            trail.add(on, _why(day), day.name)


def _office_time(
    start: datetime, length: timedelta, almanac: Almanac, trail: Trail, held: Sequence[Held]
) -> _Found:
    left, on = length, _park_date(start)
    while True:
        pause = _covering(held, end_of_day(on))
        if pause and pause.since <= beginning_of_day(on):
            if pause.until == FOREVER:
                return _Found(None, left=_seconds_up(left))
            on = _skip_paused(on, pause, end_of_day, trail) + ONE_DAY
            continue
        day = trail.see(on)
        spent, due = _spend(left, _open_time(start, on, almanac, held))
        late = day.works and start >= almanac.closing(on)
        idle = Why.AFTER_CLOSING if late else Why.PAUSED
        trail.add_time(on, _why(day) if spent or not day.works else idle, day.name, spent)
        if due is not None:
            return _Found(due)
        left -= spent
        on += ONE_DAY


def _open_time(start: datetime, on: date, almanac: Almanac, held: Sequence[Held]) -> Iterator[Held]:
    for opens, closes in almanac.office(on):
        yield from _free(max(opens, start), closes, held)


def _spend(left: timedelta, times: Iterable[Held]) -> tuple[timedelta, datetime | None]:
    """How much of `left` passes in these times, and when all of it has."""
    spent = timedelta()
    for low, high in times:
        if high - low >= left - spent:
            return left, low + (left - spent)
        spent += high - low
    return spent, None


def _held(pauses: Iterable[Pause], start: datetime) -> tuple[Held, ...]:
    """The pauses in order, from `start` on, merged where they touch, without the empty ones."""
    merged: list[Held] = []
    for since, until in sorted((max(p.since, start), p.until or FOREVER) for p in pauses):
        if until <= since:
            continue
        if merged and since <= merged[-1].until:
            merged[-1] = Held(merged[-1].since, max(until, merged[-1].until))
        else:
            merged.append(Held(since, until))
    return tuple(merged)


def _as_pause(held: Held) -> Pause:
    return Pause(since=held.since, until=None if held.until == FOREVER else held.until)


def _covering(held: Sequence[Held], instant: datetime) -> Held | None:
    return next((p for p in held if p.since < instant <= p.until), None)


def _free(low: datetime, high: datetime, held: Sequence[Held]) -> Iterator[Held]:
    """The parts between `low` and `high` that no pause covers, in order."""
    for since, until in held:
        if since >= high:
            break
        if low < since:
            yield Held(low, since)
        low = max(low, until)
    if low < high:
        yield Held(low, high)


def _skip_paused(on: date, pause: Held, tick: Callable[[date], datetime], trail: Trail) -> date:
    """Walk over all days whose tick the pause covers; the last of them."""
    last = _park_date(pause.until)
    if tick(last) > pause.until:
        last -= ONE_DAY
    trail.add(on, Why.PAUSED, last=last)
    return last


def _why(day: Day) -> Why:
    return Why(day.kind.value)


def _park_date(instant: datetime) -> date:
    return instant.astimezone(PARK_TIME).date()


def _days(begin: datetime, end: datetime) -> Iterator[date]:
    on, last = _park_date(begin), _park_date(end)
    while on <= last:
        yield on
        on += ONE_DAY


def _whole_minutes(instant: datetime) -> int:
    return (instant - _EPOCH) // _MINUTE


def _seconds_up(length: timedelta) -> int:
    return -(-length // _SECOND)
