"""What an adopted calendar does to one demand, by the domain alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain import commands as c
from domain import events as e
from domain.calendar import PARK_TIME, Almanac, Calendar
from domain.rules import Clock
from domain.running import Doing
from domain.values import Outcome
from starter.calendars import load_calendar
from starter.policies import POLICIES, load_policy
from tests.support import timed_lives as lives
from tests.support.timed_lives import Life, listing

CALENDAR = load_calendar()
DEFAULT = load_policy(POLICIES / "default.toml")
BEGAN = datetime(2026, 10, 12, 10, 0, tzinfo=PARK_TIME)


def resting(first: date, last: date) -> Calendar:
    """The calendar with some days more off."""
    fields = CALENDAR.model_dump(mode="json") | {"version": "resting"}
    year = next(table for table in fields["years"] if table["year"] == first.year)
    year["holidays"].append({"name": "休", "first": str(first), "last": str(last)})
    return Calendar.model_validate(fields)


def test_what_is_done_around_a_day_that_was_named_keeps_to_the_new_office_hours() -> None:
    review = date(2026, 11, 16)
    life = Life().do(BEGAN, listing(policy=DEFAULT, calendar=CALENDAR)).do(BEGAN, lives.ASSIGN)
    life.do(BEGAN, lives.CLAIM).do(BEGAN, lives.PLAN)
    life.do(
        BEGAN,
        c.Resolve(by=lives.HANDLER, outcome=Outcome.NOT_NOW, text="明年再议", review_on=review),
    )
    calendar = resting(date(2026, 11, 17), date(2026, 11, 30))
    life.do(BEGAN + timedelta(hours=1), c.AdoptCalendar(by=lives.BUREAU, calendar=calendar))
    assert life.state is not None
    running = life.state.clock(Clock.REVIEW)
    assert running is not None
    climbs = [one.at for one in running.agenda if one.doing is Doing.CLIMB]
    almanac = Almanac(calendar)
    assert climbs
    assert all(almanac.works(at.astimezone(PARK_TIME).date()) for at in climbs)
    assert running.due.astimezone(PARK_TIME).date() == date(2026, 11, 17)  # 24:00 of the 16th


def test_a_derivation_alone_is_told_to_nobody() -> None:
    life = Life().do(BEGAN, listing(policy=DEFAULT, calendar=CALENDAR)).do(BEGAN, lives.ASSIGN)
    same = CALENDAR.model_copy(update={"version": "renamed"})
    life.do(BEGAN, c.AdoptCalendar(by=lives.BUREAU, calendar=same))
    last = life.events[-1]
    assert isinstance(last, e.CalendarAdopted)
    assert last.clocks
    assert last.tell == ()
    other = resting(date(2026, 10, 13), date(2026, 10, 20))
    life.do(BEGAN, c.AdoptCalendar(by=lives.BUREAU, calendar=other))
    assert [notice.recipient.value for notice in life.events[-1].tell] == ["unit"]
