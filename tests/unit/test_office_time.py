"""When the office opens, when people may be disturbed, when to remind: by hand and by walking."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import PARK_TIME, Calendar, Holiday, YearTable, never_closing
from domain.clock import deadline
from domain.deadline import Pause
from domain.duration import Duration, Measure, parse
from domain.office_time import disturb_from, in_time, opening, remind_at
from starter.calendars import load_calendar
from tests.unit.clock_oracle import AFTERNOON, EVENING, MORNING, NOON, Walker

CALENDAR: Calendar = load_calendar()
ALWAYS = never_closing()
BY_MINUTE, BY_SECOND = Walker(1), Walker(60)
DAY = 24 * 60
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
QUANZHOU = ("08:00-12:00", "15:00-18:00")

EDGES = [0, 8 * 60, MORNING, NOON, AFTERNOON, EVENING, 18 * 60, DAY - 1]
MINUTE_OF_DAY = st.one_of(
    st.integers(0, DAY - 1),
    st.builds(lambda edge, by: (edge + by) % DAY, st.sampled_from(EDGES), st.integers(-1, 1)),
)
TICKS = st.builds(lambda day, minute: day * DAY + minute, st.integers(40, 1060), MINUTE_OF_DAY)
INSTANTS = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(9998, 12, 31, 23),  # noqa: DTZ001
    timezones=st.just(UTC),
)
COUNTS = {
    Measure.MINUTES: st.integers(1, 2000),
    Measure.HOURS: st.integers(1, 100),
    Measure.WORKING_HOURS: st.integers(1, 40),
    Measure.DAYS: st.integers(1, 15),
    Measure.WORKING_DAYS: st.integers(1, 10),
}
BEFORE = st.sampled_from([*COUNTS]).flatmap(
    lambda measure: COUNTS[measure].map(lambda count: Duration(count, measure))
)
OFTEN = settings(max_examples=300, deadline=None, derandomize=True)
SELDOM = settings(max_examples=60, deadline=None, derandomize=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARK_TIME)


def resting() -> Calendar:
    """A calendar without a single working day in two years."""
    years = tuple(
        YearTable(
            year=year,
            version="t",
            source="t",
            provisional=False,
            holidays=(Holiday(name="休", first=date(year, 1, 1), last=date(year, 12, 31)),),
        )
        for year in (2025, 2026)
    )
    return Calendar(version="t", hours=("08:30-17:30",), years=years)


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        ("2026-10-09 10:00", "2026-10-09 10:00"),
        ("2026-10-09 08:30", "2026-10-09 08:30"),
        ("2026-10-09 08:29:59", "2026-10-09 08:30"),
        ("2026-10-09 12:00", "2026-10-09 13:30"),
        ("2026-10-09 17:30", "2026-10-10 08:30"),  # a worked Saturday
        ("2026-10-10 17:30", "2026-10-12 08:30"),
        ("2026-09-30 17:29:59", "2026-09-30 17:29:59"),
        ("2026-09-30 18:00", "2026-10-08 08:30"),
    ],
)
def test_when_the_office_opens(instant: str, opens: str) -> None:
    found = opening(at(instant), CALENDAR)
    assert found.astimezone(PARK_TIME) == at(opens)
    assert found.tzinfo is UTC
    assert opening(at(instant), ALWAYS) == at(instant)


@pytest.mark.parametrize(
    ("instant", "hours", "disturbed"),
    [
        ("2026-10-09 10:00", QUANZHOU, "2026-10-09 10:00"),
        ("2026-10-09 12:00", QUANZHOU, "2026-10-09 15:00"),
        ("2026-10-09 23:00", QUANZHOU, "2026-10-10 08:00"),
        ("2026-10-01 10:00", QUANZHOU, "2026-10-08 08:00"),
        ("2026-10-09 13:00", ("15:00-18:00", "08:00-12:00"), "2026-10-09 15:00"),
        ("2026-10-09 13:00", ("08:00-14:00", "09:00-12:00"), "2026-10-09 13:00"),
        ("2026-10-01 03:00", (), "2026-10-01 03:00"),
    ],
)
def test_when_people_may_be_disturbed(instant: str, hours: tuple[str, ...], disturbed: str) -> None:
    found = disturb_from(at(instant), hours, CALENDAR)
    assert found.astimezone(PARK_TIME) == at(disturbed)
    assert found.tzinfo is UTC


def test_an_office_that_never_closes_knows_no_rest_day_but_quiet_hours_hold() -> None:
    assert disturb_from(at("2026-10-01 03:00"), (), ALWAYS) == at("2026-10-01 03:00")
    assert disturb_from(at("2026-10-01 03:00"), QUANZHOU, ALWAYS) == at("2026-10-01 08:00")
    assert disturb_from(at("2026-10-01 13:00"), QUANZHOU, ALWAYS) == at("2026-10-01 15:00")


def test_a_calendar_that_never_works_is_not_searched_for_ever() -> None:
    instant, rest = at("2025-06-01 10:00"), resting()
    assert opening(instant, rest) == disturb_from(instant, QUANZHOU, rest) == instant
    assert remind_at(at("2026-06-01 10:00"), parse("1wd"), instant, rest) is None
    assert remind_at(at("2026-06-01 10:00"), parse("1d"), instant, rest) is None
    assert remind_at(at("2026-06-01 10:00"), parse("1wh"), instant, rest) is None
    assert opening(at("2026-10-01 10:00"), rest) == at("2027-01-01 08:30")


def test_what_cannot_be_written_is_not_answered() -> None:
    last = datetime(9998, 12, 31, 23, tzinfo=UTC)
    assert opening(last, CALENDAR) == disturb_from(last, QUANZHOU, CALENDAR) == last


DUE = "2026-10-12 17:30"  # a Monday; Saturday the 10th is worked


@pytest.mark.parametrize(
    ("due", "before", "reminded"),
    [
        (DUE, "30s", "2026-10-12 17:29:30"),
        (DUE, "24h", "2026-10-11 17:30"),
        # wh: exactly so much office time remains; at the opening, not at the closing before.
        (DUE, "4wh", "2026-10-12 13:30"),
        (DUE, "5wh", "2026-10-12 11:00"),
        (DUE, "8wh", "2026-10-10 17:00"),
        ("2026-10-12 09:30", "1wh", "2026-10-12 08:30"),
        ("2026-10-12 14:00", "4wh", "2026-10-12 08:30"),
        ("2026-10-13 00:00", "1wh", "2026-10-12 16:30"),
        ("2026-10-11 12:00", "1wh", "2026-10-10 16:30"),
        # wd: the opening on the nth working day before.
        (DUE, "1wd", "2026-10-10 08:30"),
        (DUE, "2wd", "2026-10-09 08:30"),
        (DUE, "3wd", "2026-10-08 08:30"),
        (DUE, "4wd", "2026-09-30 08:30"),
        ("2026-10-12 00:00", "1wd", "2026-10-10 08:30"),  # the end of Sunday the 11th
        ("2026-10-13 00:00", "1wd", "2026-10-10 08:30"),  # the end of Monday the 12th
        ("2026-10-13 00:00:01", "1wd", "2026-10-12 08:30"),
        # d: the nth day before, or the working day before that.
        (DUE, "1d", "2026-10-10 08:30"),
        (DUE, "2d", "2026-10-10 08:30"),
        (DUE, "3d", "2026-10-09 08:30"),
        (DUE, "7d", "2026-09-30 08:30"),
        ("2026-10-17 00:00", "2d", "2026-10-14 08:30"),
    ],
)
def test_when_to_remind(due: str, before: str, reminded: str) -> None:
    found = remind_at(at(due), parse(before), LONG_AGO, CALENDAR)
    assert found is not None
    assert found.astimezone(PARK_TIME) == at(reminded)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("due", "before", "reminded"),
    [
        ("2026-10-12 09:00", "1wd", "2026-10-11 00:00"),
        ("2026-10-12 09:00", "2d", "2026-10-10 00:00"),
        ("2026-10-12 00:00", "1wd", "2026-10-10 00:00"),
        ("2026-10-12 09:00", "10wh", "2026-10-11 23:00"),
    ],
)
def test_when_to_remind_in_an_office_that_never_closes(
    due: str, before: str, reminded: str
) -> None:
    assert remind_at(at(due), parse(before), LONG_AGO, ALWAYS) == at(reminded)


@pytest.mark.parametrize(
    ("before", "start", "reminded"),
    [
        ("1h", "2026-10-12 16:29", True),
        ("1h", "2026-10-12 16:30", False),
        ("1wh", "2026-10-12 16:30", False),
        ("4wh", "2026-10-12 12:30", True),
        ("1wd", "2026-10-10 08:29", True),
        ("1wd", "2026-10-10 08:30", False),
        ("1wd", "2026-10-10 10:00", False),
        ("2d", "2026-10-10 09:00", False),
        ("9999wd", "2026-10-10 09:00", False),
    ],
)
def test_a_reminder_is_after_the_start(before: str, start: str, reminded: bool) -> None:
    found = remind_at(at(DUE), parse(before), at(start), CALENDAR)
    assert (found is not None) == reminded


@pytest.mark.parametrize(
    ("pauses", "reminded"),
    [
        ([("2026-10-09 09:00", "2026-10-10 11:00")], "2026-10-10 11:00"),
        ([("2026-10-10 08:30", "2026-10-10 11:00")], "2026-10-10 08:30"),
        ([("2026-10-09 08:30", "2026-10-10 08:30")], "2026-10-10 08:30"),
        ([("2026-10-09 08:30", "2026-10-12 17:30")], None),
        ([("2026-10-09 08:30", None)], None),
        ([("2026-10-12 08:30", None)], "2026-10-10 08:30"),
        (
            [("2026-10-10 11:00", "2026-10-11 09:00"), ("2026-10-09 09:00", "2026-10-10 11:00")],
            "2026-10-11 09:00",
        ),
        (
            [("2026-10-09 09:00", "2026-10-10 08:30"), ("2026-10-10 08:30", "2026-10-10 09:00")],
            "2026-10-10 09:00",
        ),
        ([("2026-10-10 11:00", "2026-10-09 11:00")], "2026-10-10 08:30"),
    ],
)
def test_a_reminder_waits_for_the_end_of_a_pause(
    pauses: list[tuple[str, str | None]], reminded: str | None
) -> None:
    found = [Pause(since=at(a), until=at(b) if b else None) for a, b in pauses]
    given = remind_at(at(DUE), parse("1wd"), LONG_AGO, CALENDAR, found)
    assert given == (at(reminded) if reminded else None)


@pytest.mark.parametrize(
    ("asked", "before", "met"),
    [
        ("2026-10-10 23:59", "1wd", True),
        ("2026-10-11 23:59", "1wd", True),
        ("2026-10-12 00:00", "1wd", False),
        ("2026-10-12 13:30", "4wh", True),
        ("2026-10-12 13:31", "4wh", False),
        ("2026-10-12 16:30", "1h", True),
        ("2026-10-12 16:31", "1h", False),
        ("2026-10-08 10:00", "2d", True),
        ("2026-10-10 10:00", "2d", False),  # two days on is the end of Monday
    ],
)
def test_whether_something_was_asked_in_time(asked: str, before: str, met: bool) -> None:
    assert in_time(at(asked), parse(before), at(DUE), CALENDAR) == met


# ---- against the oracle that walks --------------------------------------------------------------


@OFTEN
@given(tick=TICKS)
def test_the_opening_is_what_walking_finds(tick: int) -> None:
    assert opening(BY_MINUTE.instant(tick), CALENDAR) == BY_MINUTE.instant(BY_MINUTE.opening(tick))


@SELDOM
@given(day=st.integers(0, 1060), second=st.integers(0, 24 * 3600 - 1))
def test_the_opening_is_what_walking_by_seconds_finds(day: int, second: int) -> None:
    tick = day * 24 * 3600 + second
    assert opening(BY_SECOND.instant(tick), CALENDAR) == BY_SECOND.instant(BY_SECOND.opening(tick))


@OFTEN
@given(tick=TICKS, places=st.lists(st.tuples(MINUTE_OF_DAY, MINUTE_OF_DAY), min_size=1, max_size=3))
def test_when_people_may_be_disturbed_is_what_walking_finds(
    tick: int, places: list[tuple[int, int]]
) -> None:
    hours = [(min(a, b), max(a, b) + 1) for a, b in places]
    written = tuple(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours)
    walked = BY_MINUTE.instant(BY_MINUTE.within(tick, hours))
    assert disturb_from(BY_MINUTE.instant(tick), written, CALENDAR) == walked


@st.composite
def stops(draw: st.DrawFn, due: int) -> list[tuple[int, int]]:
    """A few pauses in the days before due, some of no length, some that touch."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        one, other = (
            (due // DAY - draw(st.sampled_from([0, 0, 1, 2, 3, 5, 9]))) * DAY + draw(MINUTE_OF_DAY)
            for _ in range(2)
        )
        found.append((min(one, other), max(one, other)))
    return found


@OFTEN
@given(due=TICKS, before=BEFORE, data=st.data())
def test_a_reminder_is_what_walking_back_finds(
    due: int, before: Duration, data: st.DataObject
) -> None:
    found = data.draw(stops(due))
    pauses = [Pause(since=BY_MINUTE.instant(a), until=BY_MINUTE.instant(b)) for a, b in found]
    walked = BY_MINUTE.remind(due, before.measure.value, before.count, found)
    given = remind_at(BY_MINUTE.instant(due), before, LONG_AGO, CALENDAR, pauses)
    assert given == (None if walked is None else BY_MINUTE.instant(walked))


@SELDOM
@given(
    day=st.integers(40, 1060),
    second=st.integers(0, 24 * 3600 - 1),
    before=st.sampled_from(["30s", "9999s", "61m", "1wh", "3wh", "1wd", "1d", "2d"]).map(parse),
)
def test_a_reminder_is_what_walking_back_by_seconds_finds(
    day: int, second: int, before: Duration
) -> None:
    due = day * 24 * 3600 + second
    walked = BY_SECOND.remind(due, before.measure.value, before.count, [])
    assert walked is not None
    given = remind_at(BY_SECOND.instant(due), before, LONG_AGO, CALENDAR)
    assert given == BY_SECOND.instant(walked)


# ---- what holds for any -------------------------------------------------------------------------


@OFTEN
@given(instant=INSTANTS, hours=st.sampled_from([(), QUANZHOU, ("00:00-24:00",)]))
def test_every_instant_has_an_opening_and_a_time_to_disturb(
    instant: datetime, hours: tuple[str, ...]
) -> None:
    for calendar in (CALENDAR, ALWAYS, resting()):
        for found in (opening(instant, calendar), disturb_from(instant, hours, calendar)):
            assert found >= instant
            assert found.tzinfo is UTC
        opens = opening(instant, calendar)
        assert opening(opens, calendar) == opens


@OFTEN
@given(start=TICKS, given=BEFORE, before=BEFORE, data=st.data())
def test_a_reminder_lies_between_start_and_due_and_outside_the_pauses(
    start: int, given: Duration, before: Duration, data: st.DataObject
) -> None:
    begun = BY_MINUTE.instant(start)
    found = data.draw(stops(start + 3 * DAY))
    pauses = [Pause(since=BY_MINUTE.instant(a), until=BY_MINUTE.instant(b)) for a, b in found]
    due = deadline(begun, given, CALENDAR, pauses).due
    assert due is not None
    at_work = remind_at(due, before, begun, CALENDAR, pauses)
    if at_work is None:
        return
    assert begun < at_work < due
    for pause in pauses:
        assert pause.until is not None
        assert not pause.since < at_work < pause.until
    unpaused = remind_at(due, before, begun, CALENDAR)
    assert unpaused is not None
    assert unpaused <= at_work


@OFTEN
@given(start=TICKS, before=BEFORE)
def test_whoever_asks_at_the_reminder_asks_in_time(start: int, before: Duration) -> None:
    """In working days: forward and backward agree, so one rule can serve for both."""
    due = deadline(BY_MINUTE.instant(start), Duration(20, Measure.WORKING_DAYS), CALENDAR).due
    assert due is not None
    reminded = remind_at(due, before, LONG_AGO, CALENDAR)
    assert reminded is not None
    if before.measure is not Measure.DAYS:
        assert in_time(reminded, before, due, CALENDAR)


@pytest.mark.parametrize("before", ["4wh", "2wd", "7d", "1h"])
def test_a_reminder_takes_less_than_a_millisecond(before: str) -> None:
    duration, due = parse(before), at(DUE)
    runs = timeit.repeat(lambda: remind_at(due, duration, LONG_AGO, CALENDAR), number=20, repeat=5)
    assert min(runs) / 20 * 1000 < 1.0
