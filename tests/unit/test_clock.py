"""Deadlines that a clerk can check by hand, one for each rule."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import PARK_TIME
from domain.clock import deadline, working_minutes
from domain.deadline import Deadline, PartKind, Pause, Why, YearUsed, explain
from domain.duration import parse
from starter.calendars import load_calendar

CALENDAR = load_calendar()
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARK_TIME)


def make(start: str, rule: str, *pauses: tuple[str, str | None]) -> Deadline:
    found = [Pause(since=at(a), until=at(b) if b else None) for a, b in pauses]
    return deadline(at(start), parse(rule), CALENDAR, found)


FRIDAY = "2026-10-09 10:00"


@pytest.mark.parametrize(
    ("start", "rule", "due"),
    [
        # Plain time passes day and night.
        (FRIDAY, "30s", "2026-10-09 10:00:30"),
        (FRIDAY, "60m", "2026-10-09 11:00"),
        ("2026-09-30 17:00", "24h", "2026-10-01 17:00"),
        # Working days: the first doesn't count, the last ends at closing; a worked Saturday counts.
        (FRIDAY, "1wd", "2026-10-10 17:30"),
        (FRIDAY, "2wd", "2026-10-12 17:30"),
        (FRIDAY, "10wd", "2026-10-22 17:30"),
        ("2026-10-09 00:00", "1wd", "2026-10-10 17:30"),
        ("2026-10-09 23:59:59", "1wd", "2026-10-10 17:30"),
        ("2026-10-10 00:00", "1wd", "2026-10-12 17:30"),
        ("2026-10-03 12:00", "1wd", "2026-10-08 17:30"),
        ("2026-02-13 16:00", "3wd", "2026-02-25 17:30"),
        # Calendar days: the end of the last, rolled on where that is no working day.
        (FRIDAY, "7d", "2026-10-17 00:00"),
        (FRIDAY, "1d", "2026-10-11 00:00"),
        (FRIDAY, "2d", "2026-10-13 00:00"),
        ("2026-09-24 10:00", "7d", "2026-10-09 00:00"),
        # Working hours: the lunch break, nights and rest days don't count.
        (FRIDAY, "2wh", "2026-10-09 12:00"),
        (FRIDAY, "3wh", "2026-10-09 14:30"),
        ("2026-10-09 16:30", "4wh", "2026-10-10 11:30"),
        ("2026-10-10 16:30", "1wh", "2026-10-10 17:30"),
        ("2026-10-10 16:30:01", "1wh", "2026-10-12 08:30:01"),
        ("2026-10-09 06:00", "1wh", "2026-10-09 09:30"),
        ("2026-10-09 12:30", "1wh", "2026-10-09 14:30"),
        ("2026-10-09 17:30", "1wh", "2026-10-10 09:30"),
        ("2026-10-01 09:00", "4wh", "2026-10-08 14:00"),
    ],
)
def test_when_it_is_due(start: str, rule: str, due: str) -> None:
    found = make(start, rule)
    assert found.due is not None
    assert found.due.astimezone(PARK_TIME) == at(due)
    assert found.due.tzinfo is UTC


@pytest.mark.parametrize(
    ("rule", "since", "until", "due"),
    [
        # wd: only closings count (unpaused: 12 October, 17:30).
        ("2wd", "2026-10-09 10:00", "2026-10-10 17:29", "2026-10-12 17:30"),
        ("2wd", "2026-10-09 10:00", "2026-10-10 17:30", "2026-10-13 17:30"),
        ("2wd", "2026-10-10 17:30", "2026-10-12 17:29", "2026-10-12 17:30"),
        ("2wd", "2026-10-10 17:29", "2026-10-10 17:30", "2026-10-13 17:30"),
        ("2wd", "2026-10-10 18:00", "2026-10-12 08:00", "2026-10-12 17:30"),
        ("2wd", "2026-10-12 17:30", "2026-10-20 09:00", "2026-10-12 17:30"),
        ("2wd", "2026-10-12 17:29", "2026-10-20 09:00", "2026-10-20 17:30"),
        # wh (unpaused: 9 October, 15:30): only office time.
        ("4wh", "2026-10-09 11:00", "2026-10-09 14:00", "2026-10-09 17:00"),
        ("4wh", "2026-10-09 12:00", "2026-10-09 13:30", "2026-10-09 15:30"),
        ("4wh", "2026-10-09 15:30", "2026-10-12 10:00", "2026-10-09 15:30"),
        ("4wh", "2026-10-09 15:00", "2026-10-12 10:00", "2026-10-12 10:30"),
        # h (unpaused: 10 October, 10:00): every minute.
        ("24h", "2026-10-09 20:00", "2026-10-10 08:00", "2026-10-10 22:00"),
        ("24h", "2026-10-10 10:00", "2026-10-11 10:00", "2026-10-10 10:00"),
        # d (unpaused: the end of 16 October): each midnight in it, then the rolling.
        ("7d", "2026-10-12 09:00", "2026-10-12 23:59", "2026-10-17 00:00"),
        ("7d", "2026-10-12 09:00", "2026-10-13 00:00", "2026-10-20 00:00"),
        ("7d", "2026-10-17 00:00", "2026-10-30 00:00", "2026-10-17 00:00"),
        ("2d", "2026-10-11 12:00", "2026-10-13 01:00", "2026-10-14 00:00"),
    ],
)
def test_what_a_pause_moves(rule: str, since: str, until: str, due: str) -> None:
    found = make(FRIDAY, rule, (since, until))
    assert found.due is not None
    assert found.due.astimezone(PARK_TIME) == at(due)


def test_the_derivation_is_what_a_clerk_would_write() -> None:
    found = make(FRIDAY, "10wd")
    assert [(str(s.first)[5:], str(s.last)[5:], s.why, s.name, s.counted) for s in found.days] == [
        ("10-09", "10-09", Why.BEGAN, "", 0),
        ("10-10", "10-10", Why.MAKE_UP, "国庆节", 1),
        ("10-11", "10-11", Why.WEEKEND, "", 0),
        ("10-12", "10-16", Why.WORKDAY, "", 5),
        ("10-17", "10-18", Why.WEEKEND, "", 0),
        ("10-19", "10-22", Why.WORKDAY, "", 4),
    ]
    assert found.day == date(2026, 10, 22)
    assert found.years == (YearUsed(year=2026, version="2026.1", provisional=False),)
    assert found.calendar == CALENDAR.version
    assert [part.kind for part in explain(found)] == [
        PartKind.BEGINS,
        PartKind.NEXT_DAY,
        PartKind.COUNTED,
        PartKind.SKIPPED,
        PartKind.COUNTED,
        PartKind.SKIPPED,
        PartKind.COUNTED,
        PartKind.DUE,
    ]


def test_a_holiday_is_skipped_by_name_and_a_rest_day_at_the_end_is_rolled_over() -> None:
    found = make("2026-09-24 10:00", "7d")
    assert [(s.why, s.name, s.counted) for s in found.days] == [
        (Why.BEGAN, "", 0),
        (Why.DAYS, "", 7),
        (Why.HOLIDAY, "国庆节", 0),
    ]
    assert found.day == date(2026, 10, 8)
    assert PartKind.ROLLED in [part.kind for part in explain(found)]


def test_office_time_is_given_for_each_day_in_seconds() -> None:
    found = make("2026-10-09 16:30:00.250", "8wh")
    assert [(s.why, s.counted) for s in found.days] == [
        (Why.WORKDAY, 3599),
        (Why.MAKE_UP, 7 * 3600 + 1),
    ]
    late = make("2026-10-10 18:00", "1wh")
    assert [s.why for s in late.days] == [Why.AFTER_CLOSING, Why.WEEKEND, Why.WORKDAY]


def test_pauses_are_merged_clipped_and_shown_where_they_matter() -> None:
    found = make(
        FRIDAY,
        "2wd",
        ("2026-10-01 09:00", "2026-10-09 11:00"),
        ("2026-10-10 09:00", "2026-10-10 18:00"),
        ("2026-10-10 12:00", "2026-10-11 12:00"),
        ("2026-12-01 09:00", "2026-12-02 09:00"),
    )
    assert found.pauses == (
        Pause(since=at(FRIDAY), until=at("2026-10-09 11:00")),
        Pause(since=at("2026-10-10 09:00"), until=at("2026-10-11 12:00")),
    )
    assert [(s.why, s.counted) for s in found.days] == [
        (Why.BEGAN, 0),
        (Why.PAUSED, 0),
        (Why.WEEKEND, 0),
        (Why.WORKDAY, 2),
    ]


@pytest.mark.parametrize(
    ("rule", "left"),
    [("10wd", 9), ("7d", 5), ("20wh", 5 * 3600), ("999h", 927 * 3600)],
)
def test_an_open_pause_makes_it_stand_still_with_what_is_left(rule: str, left: int) -> None:
    found = make("2026-10-09 10:00", rule, ("2026-10-12 10:00", None))
    assert (found.due, found.day) == (None, None)
    assert found.pauses == (Pause(since=at("2026-10-12 10:00")),)
    assert found.left == left
    assert explain(found)[-1].kind is PartKind.STANDS_STILL


def test_a_deadline_in_an_unpublished_year_is_provisional() -> None:
    found = make("2026-12-25 10:00", "10wd")
    assert found.years == (
        YearUsed(year=2026, version="2026.1", provisional=False),
        YearUsed(year=2027, version="2027.0", provisional=True),
    )
    assert found.provisional
    assert explain(found)[-1].years == (2027,)
    assert not make("2026-12-25 10:00", "300h").provisional
    unknown = make("2031-03-03 10:00", "1wd")
    assert unknown.years == (YearUsed(year=2031, version=None, provisional=True),)


def test_a_long_derivation_is_shown_by_weeks() -> None:
    found = make("2024-01-02 10:00", "500wd")
    assert sum(s.counted for s in found.days) == 500
    assert Why.WEEKS in {s.why for s in found.days}
    assert len(found.days) < 60
    assert "国庆节" in {s.name for s in found.days}


def test_custody_counts_the_minutes_that_end_in_it() -> None:
    def minutes(begin: str, end: str, *pauses: tuple[str, str]) -> int:
        found = [Pause(since=at(a), until=at(b)) for a, b in pauses]
        return working_minutes(at(begin), at(end), CALENDAR, found)

    assert minutes("2026-10-09 00:00", "2026-10-10 00:00") == 450
    assert minutes("2026-10-09 10:00:30", "2026-10-09 10:01:00") == 1
    assert minutes("2026-10-09 10:00:00", "2026-10-09 10:00:59") == 0
    assert minutes("2026-10-01 00:00", "2026-10-08 00:00") == 0
    assert minutes("2026-10-09 12:00", "2026-10-09 13:30") == 0
    assert minutes("2026-10-09 14:00", "2026-10-09 13:00") == 0
    paused = minutes(FRIDAY, "2026-10-09 15:00", ("2026-10-09 11:00", "2026-10-09 14:00"))
    assert paused == 120


def test_a_pause_of_centuries_costs_nothing() -> None:
    found = make(FRIDAY, "10wd", ("2026-10-12 10:00", "9000-01-01 00:00"))
    assert found.due is not None
    assert found.due.year == 9000


@pytest.mark.parametrize(("rule", "most"), [("10wd", 1.0), ("7d", 1.0), ("16wh", 1.0)])
def test_a_deadline_takes_less_than_a_millisecond(rule: str, most: float) -> None:
    duration, start = parse(rule), at("2026-09-24 10:00")
    runs = timeit.repeat(lambda: deadline(start, duration, CALENDAR), number=20, repeat=5)
    assert min(runs) / 20 * 1000 < most
