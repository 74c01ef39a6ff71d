"""The working calendar: which days are worked, and when the office is open.

A calendar is data with a version, made of the table of each year (as the State Council publishes
it: holidays with their make-up working days, 调休) and the office's hours. It is a value, so a
demand's first event can carry it.

A year without a table is not an error, because an open demand must always have a deadline: its
days follow the week alone, and every day of it is marked provisional, exactly like the days of a
table that was made before the notice came out. A deadline that looked at such a day says so, and
is revised when the year's table is adopted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from domain.fault import Fault
from domain.shared import shared
from domain.values import Plain, Value

PARK_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one zone without summer time since 1991: a fixed offset, pure and the same."""

ONE_DAY = timedelta(days=1)
WEEKEND = (6, 7)
"""Saturday and Sunday, as `date.isoweekday` counts."""

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


class OfficeSpan(NamedTuple):
    """From opening to closing, both counted from the midnight that the day begins with."""

    opens: timedelta
    closes: timedelta


@cache
def office_span(text: str) -> OfficeSpan:
    """Read `08:30-12:00`. The end of the day is 24:00. Raises `Fault`."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise Fault("calendar.office_hours_unreadable", hours=text)
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    span = OfficeSpan(
        timedelta(hours=hour, minutes=minute), timedelta(hours=end_hour, minutes=end_minute)
    )
    if not span.opens < span.closes <= ONE_DAY:
        raise Fault("calendar.office_hours_backward", hours=text)
    return span


def _readable(text: str) -> str:
    office_span(text)
    return text


OfficeHours = Annotated[Plain, AfterValidator(_readable)]
"""`08:30-12:00`, in park time."""


class Holiday(Value):
    """One line of the State Council's notice: the days off, and the weekend days worked for them.

    "国庆节：10月1日至7日放假调休，9月20日、10月10日上班" is name, first, last, work.
    """

    name: Plain
    first: date
    last: date
    work: tuple[date, ...] = ()

    def days_off(self) -> Iterator[date]:
        """Each day from the first to the last."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * ONE_DAY


class YearTable(Value):
    """All there is to know of a year. `source` names the notice that it comes from.

    A provisional table was made before the notice: statutory days only, no make-up days.
    A notice that moves a day of the year before (元旦) needs a new version of that year's table.
    """

    year: int = Field(ge=1950, le=9990)
    version: Plain = Field(min_length=1)
    source: Plain = Field(min_length=1)
    provisional: bool
    holidays: tuple[Holiday, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[date] = set()
        for at, holiday in enumerate(self.holidays):
            where = ("holidays", at)
            _check_holiday(holiday, self.year, where)
            for on in (*holiday.days_off(), *holiday.work):
                if on in seen:
                    raise Fault("calendar.day_twice", where, day=on.isoformat())
                seen.add(on)
        return self


def _check_holiday(holiday: Holiday, year: int, where: tuple[str | int, ...]) -> None:
    if holiday.last < holiday.first:
        raise Fault("calendar.holiday_backward", where, name=holiday.name)
    for on in (holiday.first, holiday.last, *holiday.work):
        if on.year != year:
            raise Fault("calendar.day_outside_year", where, day=on.isoformat(), year=str(year))
    for on in holiday.work:
        if on.isoweekday() not in WEEKEND:
            raise Fault("calendar.make_up_on_weekday", (*where, "work"), day=on.isoformat())


class Calendar(Value):
    """What clocks count by. `version` changes whenever anything in it does.

    `hours` are those of every working day, in order. An office that never closes (demonstrations)
    works around the clock, weekends and holidays included; it has neither hours nor tables.
    """

    version: Plain
    never_closes: bool = False
    hours: tuple[OfficeHours, ...] = ()
    years: tuple[YearTable, ...] = ()

    @cached_property
    def almanac(self) -> Almanac:
        """This calendar laid out for looking up days, once: each command reckons many times."""
        return Almanac(self)

    def __copy__(self) -> Self:
        """A copy, which may be given other fields, lays itself out anew."""
        copied = super().__copy__()
        copied.__dict__.pop("almanac", None)
        return copied

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        spans = [office_span(text) for text in self.hours]
        if self.never_closes and (self.hours or self.years):
            raise Fault("calendar.never_closes_with_hours")
        if not self.never_closes and not self.hours:
            raise Fault("calendar.office_hours_missing")
        if any(later.opens <= earlier.closes for earlier, later in pairwise(spans)):
            raise Fault("calendar.office_hours_overlap")
        numbers = [table.year for table in self.years]
        if len(set(numbers)) < len(numbers):
            raise Fault("calendar.year_twice")
        return self


CalendarInForce = Annotated[Calendar, AfterValidator(shared)]
"""A calendar as part of a demand: the same one in all that have it."""


def never_closing(version: str = "never-closes") -> Calendar:
    """The calendar of demonstrations: every minute is a working minute."""
    return Calendar(version=version, never_closes=True)


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Day(NamedTuple):
    """One day of a calendar. `name` is the holiday's, also on a day worked to make up for it."""

    on: date
    kind: DayKind
    name: str
    provisional: bool

    @property
    def works(self) -> bool:
        """Whether the office opens."""
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)


class Almanac:
    """A calendar laid out for looking up days; it reads a year when asked for it."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._tables = {table.year: table for table in calendar.years}
        self._marked: dict[int, dict[date, Day]] = {}
        whole_day = OfficeSpan(timedelta(), ONE_DAY)
        spans = tuple(office_span(text) for text in calendar.hours)
        self._spans = (whole_day,) if calendar.never_closes else spans

    def day(self, on: date) -> Day:
        """What that day is."""
        if self.calendar.never_closes:
            return Day(on, DayKind.WORKDAY, "", False)
        marked = self._marked.get(on.year)
        if marked is None:
            marked = self._marked[on.year] = _marked(self._tables.get(on.year))
        return marked.get(on) or self._by_the_week(on)

    def works(self, on: date) -> bool:
        """Whether that day is a working day."""
        return self.day(on).works

    def table(self, year: int) -> YearTable | None:
        """The table of that year, if the calendar has one."""
        return self._tables.get(year)

    def office(self, on: date) -> tuple[tuple[datetime, datetime], ...]:
        """The intervals during which the office is open on that day, in order; none on a rest day.

        The instants are in park time.
        """
        if not self.works(on):
            return ()
        midnight = beginning_of_day(on)
        return tuple((midnight + span.opens, midnight + span.closes) for span in self._spans)

    def closing(self, on: date) -> datetime:
        """When the office closes on that day, or would if it were a working day; in park time."""
        return beginning_of_day(on) + self._spans[-1].closes

    def _by_the_week(self, on: date) -> Day:
        table = self._tables.get(on.year)
        kind = DayKind.WEEKEND if on.isoweekday() in WEEKEND else DayKind.WORKDAY
        return Day(on, kind, "", table is None or table.provisional)


def _marked(table: YearTable | None) -> dict[date, Day]:
    marked: dict[date, Day] = {}
    for holiday in table.holidays if table else ():
        provisional = table is not None and table.provisional
        for on in holiday.days_off():
            marked[on] = Day(on, DayKind.HOLIDAY, holiday.name, provisional)
        for on in holiday.work:
            marked[on] = Day(on, DayKind.MAKE_UP, holiday.name, provisional)
    return marked


def beginning_of_day(day: date) -> datetime:
    """Midnight in the park, where that day begins."""
    return datetime.combine(day, time(), PARK_TIME)


def end_of_day(day: date) -> datetime:
    """The last instant of that day in the park: midnight at its end."""
    return beginning_of_day(day + ONE_DAY)
