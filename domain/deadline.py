"""A deadline with its derivation, so that anybody can recompute it by hand; and the same in words.

`domain.clock` makes these values. Everything that the reckoning depended on is in them: the start,
the rule, the calendar with the years that were looked at, the days counted and skipped and why,
and the pauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from domain.duration import Duration, Measure, Written
from domain.values import Instant, Value


class Pause(Value):
    """Time that does not count: after `since`, up to and including `until`.

    `until` is None as long as nobody knows the end. A pause that ends before it begins, or at
    once, covers nothing.
    """

    since: Instant
    until: Instant | None = None


class Why(StrEnum):
    """What the clock made of a stretch of days. Its words are `deadline.<why>`."""

    BEGAN = "began"  # the day it began: counting starts with the next
    WORKDAY = "workday"
    MAKE_UP = "make_up"  # 调休: a weekend day that is worked
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    DAYS = "days"  # calendar days, worked or not
    AFTER_CLOSING = "after_closing"  # a workday, but it began when the office had closed
    PAUSED = "paused"  # the pause covers its closing (wd), its end (d), all its office time (wh)
    WEEKS = "weeks"  # ordinary weeks of a long deadline: workdays and weekends together


class Stretch(Value):
    """Days in a row of which the same is true.

    `counted` is what they contribute: days for `d` and `wd`, seconds of office time for `wh`
    (rounded so that the stretches add up), 0 where they were skipped. `name` is the holiday's.
    """

    first: date
    last: date
    why: Why
    name: str = ""
    counted: int = 0


class YearUsed(Value):
    """A year that the reckoning looked at; `version` is None where the calendar has no table."""

    year: int
    version: str | None
    provisional: bool


class Deadline(Value):
    """When something is due, and how that was reckoned.

    `due` is None while an open pause makes the clock stand still; then `left` is what remained
    when the pause began (days for `d` and `wd`, otherwise seconds, rounded up). `day` is the day
    on which a deadline in days ends: its closing for `wd`, its 24:00 for `d`. `pauses` are those
    that reach into the time between start and due, merged where they overlap.
    """

    start: Instant
    rule: Written
    due: Instant | None
    day: date | None = None
    calendar: str
    years: tuple[YearUsed, ...] = ()
    days: tuple[Stretch, ...] = ()
    pauses: tuple[Pause, ...] = ()
    left: int | None = None

    @property
    def provisional(self) -> bool:
        """Whether a year was looked at whose holidays have not been published."""
        return any(year.provisional for year in self.years)

    @property
    def stands_still(self) -> bool:
        """Whether an open pause holds it, so that it is due at no known time."""
        return self.due is None


class PartKind(StrEnum):
    """What a part of an explanation says. Its words are `deadline.part_<kind>`."""

    BEGINS = "begins"  # the rule, and when it began
    NEXT_DAY = "next_day"  # counting starts with the day after
    COUNTED = "counted"
    SKIPPED = "skipped"
    ROLLED = "rolled"  # the last day is a rest day, so it moves on
    PAUSED = "paused"
    DUE = "due"
    STANDS_STILL = "stands_still"
    PROVISIONAL = "provisional"


class Part(Value):
    """One part of the explanation; which fields are set depends on the kind."""

    kind: PartKind
    rule: Written | None = None
    at: Instant | None = None
    until: Instant | None = None
    day: date | None = None
    stretch: Stretch | None = None
    left: int | None = None
    years: tuple[int, ...] = ()


def explain(deadline: Deadline) -> tuple[Part, ...]:
    """The derivation as the parts of a sentence, in the order a person would check them."""
    return (
        Part(kind=PartKind.BEGINS, rule=deadline.rule, at=deadline.start),
        *_counting(deadline),
        *(Part(kind=PartKind.PAUSED, at=p.since, until=p.until) for p in deadline.pauses),
        *_ending(deadline),
    )


def _counting(deadline: Deadline) -> Iterator[Part]:
    target = _target(deadline.rule)
    counted = 0
    for stretch in deadline.days:
        counted += stretch.counted
        if stretch.why is Why.BEGAN:
            yield Part(kind=PartKind.NEXT_DAY, day=stretch.first + timedelta(days=1))
        elif stretch.counted:
            yield Part(kind=PartKind.COUNTED, stretch=stretch)
        elif counted == target:
            yield Part(kind=PartKind.ROLLED, stretch=stretch)
        else:
            yield Part(kind=PartKind.SKIPPED, stretch=stretch)


def _target(rule: Duration) -> int:
    match rule.measure:
        case Measure.DAYS | Measure.WORKING_DAYS:
            return rule.count
        case Measure.WORKING_HOURS | Measure.HOURS | Measure.MINUTES | Measure.SECONDS:
            return int(rule.length.total_seconds())


def _ending(deadline: Deadline) -> Iterator[Part]:
    if deadline.due is None:
        yield Part(kind=PartKind.STANDS_STILL, left=deadline.left)
    else:
        yield Part(kind=PartKind.DUE, at=deadline.due, day=deadline.day)
    if deadline.provisional:
        unpublished = tuple(y.year for y in deadline.years if y.provisional)
        yield Part(kind=PartKind.PROVISIONAL, years=unpublished)
