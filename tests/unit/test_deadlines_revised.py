"""Deadlines that are reckoned anew: another calendar, another urgency, an overdue withdrawn."""

from __future__ import annotations

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.calendar import Holiday
from domain.rules import Clock
from domain.running import Fate
from domain.timekeeping import next_due
from domain.values import Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

TALK = c.ContactEnterprise(by=w.HANDLER, note="x", answers=True)
MAJOR = c.Amend(by=w.CLERK, urgency=Urgency.MAJOR)
GENERAL = c.Amend(by=w.CLERK, urgency=Urgency.GENERAL)


def withdrawn(life: d.Life) -> list[tuple[str, str]]:
    """The overdue marks that were withdrawn: of which clock, and which due instant had passed."""
    return [
        (event.clock.value, d.said(event.due))
        for event in life.events
        if isinstance(event, e.OverdueWithdrawn)
    ]


def test_another_calendar_revises_every_open_deadline_by_one_event() -> None:
    life = d.assigned().do(d.long_holiday())
    event = life.events[-1]
    assert isinstance(event, e.CalendarAdopted)
    assert {change.fate for change in event.clocks} == {Fate.MOVED}
    assert {change.running.clock.value for change in event.clocks} == set(life.dues())
    assert life.dues() == {
        "claim": "03-13 17:30",
        "contact": "03-05 10:10",
        "answer": "03-16 17:30",
        "resolve": "03-26 17:30",
    }
    assert life.state.calendar == d.long_holiday().calendar
    assert life.clock(Clock.CLAIM).legs[0].calendar == "park-2"
    assert life.do(w.claim()).due(Clock.PLAN) == "03-17 17:30", "what begins later counts by it"


def test_the_new_calendar_keeps_the_starts_the_pauses_and_the_extensions() -> None:
    life = d.in_progress().do(d.asked("3wd"), c.GrantExtension(by=w.CLERK))
    life.on("03-18 09:00", c.Pause(by=w.HANDLER, reason="x", until=d.park("03-19 09:00")))
    assert life.due(Clock.RESOLVE) == "03-25 17:30"
    off = Holiday(name="休", first=date(2026, 3, 23), last=date(2026, 3, 23))
    life.do(d.adopted(holidays=(d.FOUNDING.model_copy(update={"work": (date(2026, 3, 14),)}), off)))
    running = life.clock(Clock.RESOLVE)
    assert d.said(running.due) == "03-26 17:30"
    assert running.start == d.park("03-05 09:10")
    assert [str(leg.rule) for leg in running.legs] == ["10wd", "3wd"]


def test_reminders_and_ladder_follow_the_new_calendar() -> None:
    life = d.assigned().now(TALK).on("03-06 09:00", d.long_holiday()).until("03-18 09:00")
    assert life.by_the_clock() == [
        ("reminded", "claim", "03-13 13:30"),
        ("became_overdue", "claim", "03-13 17:30"),
        ("chased", "claim", "03-13 17:30"),
        ("escalated", "claim", "03-16 08:30"),  # the 14th is a Saturday, the 16th no holiday now
        ("supervised", "claim", "03-18 08:30"),
    ]


def test_the_ladder_of_a_named_day_follows_it_too() -> None:
    """The review's own day stays; the next morning is another one now."""
    life = d.in_progress().do(w.put_off(date(2026, 3, 12)), c.Evaluate(by=w.OWNER, score=5))
    off = Holiday(name="休", first=date(2026, 3, 13), last=date(2026, 3, 13))
    life.on("03-09 10:00", d.adopted(holidays=(off,))).until("03-18 00:00")
    assert [one for one in life.by_the_clock() if one[1] == "review"] == [
        ("became_overdue", "review", "03-13 00:00"),
        ("chased", "review", "03-16 08:30"),
        ("escalated", "review", "03-16 08:30"),
    ]


def test_a_calendar_that_moves_a_deadline_to_the_future_withdraws_the_overdue() -> None:
    life = d.assigned().now(TALK).until("03-09 10:00")
    assert life.clock(Clock.CLAIM).overdue_since == d.park("03-06 17:30")
    life.now(d.long_holiday())
    adopted, event = life.events[-2:]
    assert isinstance(adopted, e.CalendarAdopted)
    assert isinstance(event, e.OverdueWithdrawn)
    assert (event.clock, d.said(event.due), event.at) == (Clock.CLAIM, "03-06 17:30", life.at)
    assert not life.state.overdue
    assert life.due(Clock.CLAIM) == "03-13 17:30"
    before = len(life.events)
    life.until("03-16 09:00")
    assert [event.kind for event in life.events[before:]] == [
        "reminded",
        "became_overdue",
        "chased",
        "escalated",
    ], "the whole ladder begins again"


def test_what_is_overdue_by_the_new_calendar_too_stays_due_when_it_was() -> None:
    life = d.assigned().now(TALK).until("03-11 10:00")
    climbed = life.by_the_clock()
    life.now(d.long_holiday(last=date(2026, 3, 6)))
    assert withdrawn(life) == []
    running = life.clock(Clock.CLAIM)
    assert d.said(running.due) == "03-06 17:30"
    assert running.overdue_since == running.due
    life.until("03-14 12:00")
    assert life.by_the_clock()[len(climbed) :] == [("criticised", "claim", "03-13 08:30")], (
        "only what had not been climbed yet"
    )


@pytest.mark.parametrize(
    ("adopted", "climbed"), [("03-19 10:00", "03-19 10:00"), ("03-18 23:00", "03-19 08:30")]
)
def test_what_would_have_been_climbed_by_now_is_climbed_now(adopted: str, climbed: str) -> None:
    """Days off are taken back: nobody pretends that it was done on days that have passed."""
    off = Holiday(name="休", first=date(2026, 3, 16), last=date(2026, 3, 24))
    before = d.adopted("before", holidays=(off,)).calendar
    life = d.Life(calendar=before).listed().on("03-12 09:00", w.assignment()).now(TALK)
    life.on(adopted, d.adopted("after", holidays=()))
    assert life.due(Clock.CLAIM) == "03-13 17:30"
    life.until("03-21 00:00")
    assert [one for one in life.by_the_clock() if one[1] == "claim"] == [
        ("reminded", "claim", "03-13 13:30"),
        ("became_overdue", "claim", "03-13 17:30"),
        ("chased", "claim", "03-13 17:30"),
        ("escalated", "claim", climbed),
        ("supervised", "claim", climbed),
        ("criticised", "claim", "03-20 08:30"),
    ]


@pytest.mark.parametrize(
    ("when", "claim", "resolve"),
    [
        ("03-05 09:20", "03-05 11:10", "03-12 17:30"),
        ("03-05 11:10", "03-05 11:10", "03-12 17:30"),
        ("03-06 10:00", "03-06 10:00", "03-12 17:30"),
    ],
)
def test_more_urgent_means_less_time_but_never_less_than_until_now(
    when: str, claim: str, resolve: str
) -> None:
    """2 working hours to claim, from the assignment at 09:10."""
    life = d.assigned().now(TALK).on(when, MAJOR)
    assert (life.due(Clock.CLAIM), life.due(Clock.RESOLVE)) == (claim, resolve)
    life.until(life.at)
    overdue = life.state.clock(Clock.CLAIM)
    assert overdue is not None
    assert (overdue.overdue_since is not None) == (claim == when)


def test_a_revised_deadline_never_precedes_its_revision() -> None:
    life = d.in_progress().on("03-17 10:00", MAJOR)
    assert life.due(Clock.RESOLVE) == "03-17 10:00"
    assert next_due(life.state) == life.at
    life.until("03-18 09:00")
    resolve = [one for one in life.by_the_clock() if one[1] == "resolve"]
    assert resolve == [
        ("reminded", "resolve", "03-17 08:30"),
        ("became_overdue", "resolve", "03-17 10:00"),
        ("chased", "resolve", "03-17 10:00"),
        ("escalated", "resolve", "03-18 08:30"),
    ]


def test_an_extension_of_a_revised_deadline_counts_from_the_revision() -> None:
    life = d.in_progress().on("03-10 10:00", d.asked("3wd")).on("03-17 10:00", MAJOR)
    life.on("03-17 11:00", c.GrantExtension(by=w.CLERK))
    assert withdrawn(life) == [("resolve", "03-17 10:00")]
    assert life.due(Clock.RESOLVE) == "03-20 17:30"
    life.on("03-18 09:00", c.Pause(by=w.HANDLER, reason="x", until=d.park("03-19 09:00")))
    assert life.due(Clock.RESOLVE) == "03-23 17:30"


def test_less_urgent_again_withdraws_what_was_declared() -> None:
    life = d.in_progress().on("03-06 10:00", MAJOR).until("03-13 09:00")
    assert life.clock(Clock.RESOLVE).overdue_since == d.park("03-12 17:30")
    life.now(GENERAL)
    assert withdrawn(life) == [("resolve", "03-12 17:30")]
    assert life.due(Clock.RESOLVE) == "03-19 17:30"
    assert not life.clock(Clock.RESOLVE).overdue_since


def test_an_amendment_of_anything_else_touches_no_clock() -> None:
    life = d.in_progress().do(c.Amend(by=w.CLERK, remark="急", category="用工"))
    assert life.events[-1].clocks == ()


def test_the_same_days_under_another_name_move_no_due_instant() -> None:
    life = d.assigned()
    before = life.dues()
    life.do(d.adopted())
    assert life.dues() == before
    assert life.events[-1].tell == (), "nobody is told that nothing has changed"


def test_a_provisional_year_says_so_and_its_adoption_takes_the_doubt_away() -> None:
    life = d.Life(calendar=d.CALENDAR.model_copy(update={"years": (), "version": "none"})).listed()
    assert life.clock(Clock.ASSIGN).legs[0].provisional
    life.do(d.adopted())
    assert not life.clock(Clock.ASSIGN).legs[0].provisional
