"""The calendars that we ship, day by day against the State Council and the `holidays` package."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from holidays import country_holidays
from pydantic import ValidationError

from domain.calendar import (
    PARK_TIME,
    Almanac,
    Calendar,
    DayKind,
    Holiday,
    YearTable,
    never_closing,
    office_span,
)
from domain.fault import Fault
from starter.calendar_make import NOTICES as CITED
from starter.calendar_make import as_toml, make_table
from starter.calendars import CALENDARS, load_calendar, load_year
from tests.unit.state_council import ALL_DAYS, NOTICES, days_off, days_worked, working_days

CALENDAR = load_calendar()
ALMANAC = Almanac(CALENDAR)
YEARS = (2024, 2025, 2026, 2027)


def park(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARK_TIME)


def table(*holidays: Holiday, year: int = 2026, provisional: bool = False) -> YearTable:
    return YearTable(year=year, version="t", source="t", provisional=provisional, holidays=holidays)


def test_the_notices_were_typed_without_slips() -> None:
    for year, lines in NOTICES.items():
        for name, first, last, count, work in lines:
            assert (date(year, *last) - date(year, *first)).days + 1 == count, (year, name)
            for month, day, weekday in work:
                assert date(year, month, day).isoweekday() == weekday, (year, name)


def test_every_day_is_what_the_state_council_says() -> None:
    off, worked, working = days_off(), days_worked(), working_days()
    for on in ALL_DAYS:
        day = ALMANAC.day(on)
        assert day.works == (on in working), on
        assert not day.provisional, on
        if on in worked:
            assert (day.kind, day.name) == (DayKind.MAKE_UP, worked[on])
        elif on in off:
            assert (day.kind, day.name) == (DayKind.HOLIDAY, off[on])
        elif day.kind is DayKind.HOLIDAY:  # a weekend right beside a holiday: 与周末连休
            assert on.isoweekday() > 5


def test_every_day_is_what_the_package_says() -> None:
    package = country_holidays("CN", years=range(2024, 2027))
    for on in ALL_DAYS:
        assert ALMANAC.works(on) == package.is_working_day(on), on


@pytest.mark.parametrize("year", YEARS)
def test_the_files_are_what_the_tool_makes(year: int) -> None:
    path = CALENDARS / f"{year}.toml"
    assert load_year(path) == make_table(year)
    assert path.read_text(encoding="utf-8") == as_toml(make_table(year))


def test_a_year_cites_its_notice_or_is_provisional() -> None:
    assert [t.year for t in CALENDAR.years if t.provisional] == [2027]
    for published in CALENDAR.years[:3]:
        assert published.source == CITED[published.year]
        assert f"〔{published.year - 1}〕" in published.source
    assert not any(holiday.work for holiday in CALENDAR.years[3].holidays)


def test_a_year_without_a_table_follows_the_week_and_says_so() -> None:
    saturday, monday = date(2031, 3, 1), date(2031, 3, 3)
    assert ALMANAC.day(saturday) == (saturday, DayKind.WEEKEND, "", True)
    assert ALMANAC.day(monday) == (monday, DayKind.WORKDAY, "", True)
    assert ALMANAC.table(2031) is None


def test_why_a_day_is_off() -> None:
    assert ALMANAC.day(date(2026, 10, 9)).works
    assert ALMANAC.day(date(2026, 10, 10)).works
    sunday, national = ALMANAC.day(date(2026, 10, 11)), ALMANAC.day(date(2026, 10, 1))
    assert (sunday.kind, sunday.name) == (DayKind.WEEKEND, "")
    assert (national.kind, national.name) == (DayKind.HOLIDAY, "国庆节")


def test_the_office_opens_twice_a_day_and_closes_for_lunch() -> None:
    assert ALMANAC.office(date(2026, 10, 10)) == (
        (park(2026, 10, 10, 8, 30), park(2026, 10, 10, 12)),
        (park(2026, 10, 10, 13, 30), park(2026, 10, 10, 17, 30)),
    )
    assert ALMANAC.office(date(2026, 10, 11)) == ()
    assert ALMANAC.closing(date(2026, 10, 10)) == park(2026, 10, 10, 17, 30)


def test_an_office_that_never_closes_is_open_all_day_every_day() -> None:
    always = Almanac(never_closing())
    new_year = date(2026, 1, 1)
    assert always.works(new_year)
    ((opens, closes),) = always.office(new_year)
    assert closes - opens == timedelta(days=1)
    assert always.closing(new_year) == park(2026, 1, 2, 0)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("8:30-12:00", "calendar.office_hours_unreadable"),
        ("08:30–12:00", "calendar.office_hours_unreadable"),
        ("08:30-12:60", "calendar.office_hours_unreadable"),
        ("12:00-08:30", "calendar.office_hours_backward"),
        ("12:00-12:00", "calendar.office_hours_backward"),
        ("08:30-24:30", "calendar.office_hours_backward"),
    ],
)
def test_office_hours_are_read_strictly(text: str, key: str) -> None:
    with pytest.raises(Fault) as found:
        office_span(text)
    assert (found.value.key, found.value.facts) == (key, {"hours": text})


NATIONAL = Holiday(name="国庆节", first=date(2026, 10, 1), last=date(2026, 10, 7))


@pytest.mark.parametrize(
    ("holidays", "key"),
    [
        ([NATIONAL, NATIONAL], "day_twice"),
        ([NATIONAL.model_copy(update={"work": (date(2026, 10, 3),)})], "day_twice"),
        ([NATIONAL.model_copy(update={"work": (date(2026, 10, 9),)})], "make_up_on_weekday"),
        ([NATIONAL.model_copy(update={"work": (date(2025, 10, 11),)})], "day_outside_year"),
        ([NATIONAL.model_copy(update={"last": date(2026, 9, 30)})], "holiday_backward"),
        ([NATIONAL.model_copy(update={"last": date(2027, 1, 2)})], "day_outside_year"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(holidays: list[Holiday], key: str) -> None:
    with pytest.raises(ValidationError, match=f"calendar.{key}"):
        table(*holidays)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"hours": ()}, "office_hours_missing"),
        ({"hours": ("13:30-17:30", "08:30-12:00")}, "office_hours_overlap"),
        ({"hours": ("08:30-12:00", "12:00-17:30")}, "office_hours_overlap"),
        ({"hours": ("08:30-12:00",), "never_closes": True}, "never_closes_with_hours"),
        ({"hours": ("08:30-12:00",), "years": (table(), table())}, "year_twice"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(fields: dict[str, object], key: str) -> None:
    with pytest.raises(ValidationError, match=f"calendar.{key}"):
        Calendar.model_validate({"version": "t", **fields})


def test_a_calendar_goes_through_json_unchanged() -> None:
    assert Calendar.model_validate_json(CALENDAR.model_dump_json()) == CALENDAR


def test_a_copy_with_other_days_off_is_laid_out_anew() -> None:
    """The layout is kept with a calendar; what is copied from it is another calendar."""
    on = date(2026, 10, 9)
    assert CALENDAR.almanac is CALENDAR.almanac
    assert CALENDAR.almanac.works(on)
    off = Holiday(name="休", first=on, last=on)
    other = CALENDAR.model_copy(update={"years": (table(off),)})
    assert not other.almanac.works(on)
    assert CALENDAR.almanac.works(on)
    assert CALENDAR.model_copy() == CALENDAR == Calendar.model_validate(CALENDAR.model_dump())
