"""What the clock walked over: day by day in, stretches of days out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.calendar import ONE_DAY, Almanac, Day
from domain.deadline import Stretch, Why, YearUsed

MOST_STRETCHES = 40
"""A longer derivation shows its ordinary weeks in one line each."""

_ORDINARY = (Why.WORKDAY, Why.WEEKEND, Why.WEEKS)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Run:
    """Days in a row; `each` is what one of them contributes, `counted` what all do."""

    first: date
    last: date
    why: Why
    name: str
    counted: int
    each: int

    def joined(self, other: _Run, why: Why) -> _Run:
        return replace(self, last=other.last, why=why, counted=self.counted + other.counted)


class Trail:
    """Collects the days of one reckoning, and the years whose tables it relied on."""

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac
        self._runs: list[_Run] = []
        self._years: set[int] = set()
        self._time = timedelta()

    def see(self, on: date) -> Day:
        """What that day is in the calendar, which the result then depends on."""
        self._years.add(on.year)
        return self._almanac.day(on)

    def add(
        self, on: date, why: Why, name: str = "", counted: int = 0, last: date | None = None
    ) -> None:
        """A day, or the days up to `last`, after those added before."""
        run = _Run(on, last or on, why, name, counted, counted)
        before = self._runs[-1] if self._runs else None
        if before is not None and _same(before, run):
            self._runs[-1] = before.joined(run, why)
        else:
            self._runs.append(run)

    def add_time(self, on: date, why: Why, name: str, time: timedelta) -> None:
        """A day with the office time it contributes, in seconds that add up in the end."""
        before = self._time // _SECOND
        self._time += time
        self.add(on, why, name, counted=self._time // _SECOND - before)

    def years(self) -> tuple[YearUsed, ...]:
        """The years looked at, in order; none where the calendar has no years."""
        if self._almanac.calendar.never_closes:
            return ()
        return tuple(self._year(number) for number in sorted(self._years))

    def stretches(self) -> tuple[Stretch, ...]:
        """All days, in order and without gaps."""
        runs = self._runs if len(self._runs) <= MOST_STRETCHES else _by_weeks(self._runs)
        return tuple(
            Stretch(first=r.first, last=r.last, why=r.why, name=r.name, counted=r.counted)
            for r in runs
        )

    def _year(self, number: int) -> YearUsed:
        table = self._almanac.table(number)
        if table is None:
            return YearUsed(year=number, version=None, provisional=True)
        return YearUsed(year=number, version=table.version, provisional=table.provisional)


def _same(one: _Run, other: _Run) -> bool:
    return (one.why, one.name, one.each) == (other.why, other.name, other.each) and (
        other.first - one.last == ONE_DAY
    )


def _by_weeks(runs: Sequence[_Run]) -> list[_Run]:
    joined: list[_Run] = []
    for run in runs:
        if joined and run.why in _ORDINARY and joined[-1].why in _ORDINARY:
            joined[-1] = joined[-1].joined(run, Why.WEEKS)
        else:
            joined.append(run)
    return joined
