"""When the office opens, when people may be disturbed, and when to remind: the clock's small sums.

`domain.clock` counts forward from a start; here it is looked up from a due instant backward, or
from now to the next moment at which somebody is there. The choices:

- An office is open from its opening on and up to, not including, its closing: whoever comes at
  12:00 sharp finds the door shut. A deadline at closing is still met at closing (`domain.clock`);
  that is about what counts as in time, this about when somebody can read something.
- Nothing here searches for ever: a calendar that rests for more than `REACH` days in a row, or
  ends with the year 9998, answers with the instant it was asked about. To disturb somebody on a
  rest day is better than never to tell.
- The result is in UTC, as every instant of the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from domain.calendar import (
    ONE_DAY,
    PARK_TIME,
    Almanac,
    Calendar,
    OfficeHours,
    beginning_of_day,
    office_span,
)
from domain.clock import FOREVER, deadline
from domain.deadline import Pause
from domain.duration import Duration, Measure
from domain.values import LAST_YEAR

REACH = 400
"""Days that are looked at for one that is worked: more than a year, longer than any holiday."""

_INSTANT_BEFORE = timedelta(microseconds=1)


def opening(instant: datetime, calendar: Calendar) -> datetime:
    """The earliest instant at or after this one at which the office is open.

    Within office hours that is the instant itself, always so where the office never closes.
    """
    almanac = calendar.almanac
    times = (span for on in _days_from(instant) for span in almanac.office(on))
    return _earliest(instant, times)


def disturb_from(instant: datetime, hours: tuple[OfficeHours, ...], calendar: Calendar) -> datetime:
    """The earliest instant at or after this one on a working day within these hours.

    The hours are the policy's `[messages] hours`: apart from the office's, and in any order. No
    hours mean at any time, on any day. Where the office never closes every day is a working day,
    but hours that are given hold all the same: they are about people's sleep, not about the office.
    """
    if not hours:
        return instant.astimezone(UTC)
    almanac = calendar.almanac
    spans = sorted(office_span(text) for text in hours)
    times = (
        (beginning_of_day(on) + span.opens, beginning_of_day(on) + span.closes)
        for on in _days_from(instant)
        if almanac.works(on)
        for span in spans
    )
    return _earliest(instant, times)


def remind_at(
    due: datetime,
    before: Duration,
    start: datetime,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
) -> datetime | None:
    """The instant of a reminder so long before a due instant; None where there is to be none.

    | `before` | the reminder is at |
    |---|---|
    | `s` `m` `h` | due less the length, at night too: `disturb_from` is the messages' business |
    | `wh` | the latest instant with so much office time between it and due: at the opening rather |
    | | than at the closing before |
    | `wd` | the opening on the nth working day before the day of due |
    | `d` | the opening on the nth day before the day of due, or on the working day before that |
    | | where it is a rest day: early rather than late |

    The day of due is the park's; midnight belongs to the day that it ends, as the end of a deadline
    in `d`. An office that never closes opens at midnight.

    A reminder is after the start of its clock, or it isn't given: the start itself told people
    more than the reminder would. What falls into a pause waits until the work goes on, and isn't
    given where that is no earlier than due, or at no known time. Only the instant is moved: time
    paused between it and due is not made up for, so that a clerk can recompute it from due alone.
    """
    at = _back(due, before, start, calendar.almanac)
    if at is None or at <= start:
        return None
    at = when_it_goes_on(at, pauses)
    return at.astimezone(UTC) if at < due else None


def in_time(asked: datetime, ask_before: Duration, due: datetime, calendar: Calendar) -> bool:
    """Whether something was asked for at least `ask_before` before a due instant.

    Counted forward from the asking, by the one rule that everybody knows: were `ask_before` a
    deadline that starts now, it would be due no later. So `1wd` before a deadline at closing on
    Friday can be asked for until Thursday's midnight, and the day of asking doesn't count.
    """
    found = deadline(asked, ask_before, calendar).due
    assert found is not None, "only a pause makes a clock stand still, and there is none"
    return found <= due


def _back(due: datetime, before: Duration, start: datetime, almanac: Almanac) -> datetime | None:
    """The instant so long before due; None once the search has passed the start."""
    match before.measure:
        case Measure.SECONDS | Measure.MINUTES | Measure.HOURS:
            return due - before.length
        case Measure.WORKING_HOURS:
            return _office_time_back(due, before.length, start, almanac)
        case Measure.WORKING_DAYS:
            return _opening_back(due, before.count, 1, start, almanac)
        case Measure.DAYS:
            return _opening_back(due, 1, before.count, start, almanac)
        case _:
            assert_never(before.measure)


def _office_time_back(
    due: datetime, length: timedelta, start: datetime, almanac: Almanac
) -> datetime | None:
    left = length
    for on in _days_back(_day_of(due), start):
        for opens, closes in reversed(almanac.office(on)):
            high = min(closes, due)
            if high - opens >= left:
                return high - left
            left -= max(high - opens, timedelta())
    return None


def _opening_back(
    due: datetime, count: int, skip: int, start: datetime, almanac: Almanac
) -> datetime | None:
    """The opening on the working day number `count`, from `skip` days before due backward."""
    left = count
    for on in _days_back(_day_of(due) - skip * ONE_DAY, start):
        if office := almanac.office(on):
            left -= 1
            if not left:
                return office[0][0]
    return None


def when_it_goes_on(at: datetime, pauses: Iterable[Pause]) -> datetime:
    """The end of the pause that covers the instant, and of those that follow it without a gap."""
    paused = False
    for since, until in sorted((p.since, p.until or FOREVER) for p in pauses):
        if since < at <= until or (paused and since == at < until):
            at, paused = until, True
    return at


def _earliest(instant: datetime, times: Iterable[tuple[datetime, datetime]]) -> datetime:
    """The first instant from this one on within the times, which begin in order."""
    within = (max(opens, instant) for opens, closes in times if instant < closes)
    return next(within, instant).astimezone(UTC)


def _days_from(instant: datetime) -> Iterator[date]:
    on = instant.astimezone(PARK_TIME).date()
    for _ in range(REACH):
        if on.year > LAST_YEAR:
            return
        yield on
        on += ONE_DAY


def _days_back(on: date, start: datetime) -> Iterator[date]:
    """That day and those before it, as far as a reminder may be: the day of the start."""
    first = start.astimezone(PARK_TIME).date()
    while on >= first:
        yield on
        on -= ONE_DAY


def _day_of(due: datetime) -> date:
    return (due - _INSTANT_BEFORE).astimezone(PARK_TIME).date()
