"""A rung with `every` comes back until what is late has been done: nothing is ever forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import commands as c
from domain import events as e
from domain.calendar import PARK_TIME
from domain.decide import decide
from domain.evolve import evolve
from domain.rules import Clock
from domain.state import DemandState
from domain.tick import tick
from domain.timekeeping import next_due
from starter.calendars import load_calendar
from starter.policies import PARK_DEFAULT, load_policy
from tests.unit import domain_world as w

LISTED = datetime(2026, 9, 28, 9, 0, tzinfo=PARK_TIME)
AGAIN = ["10-19", "11-02", "11-16", "11-30", "12-14"]
"""Due on 29 September; ten working days after are 30 September, 8, 9, 10 (a worked Saturday), 12-16
and 19 October; from there every second Monday. Counted by hand from calendars/2026.toml."""


def demand() -> DemandState:
    command = w.listing(
        policy=load_policy(PARK_DEFAULT), calendar=load_calendar(), urgency="general"
    )
    return after(None, decide(None, command, LISTED))


def after(state: DemandState | None, events: tuple[e.Event, ...]) -> DemandState:
    for event in events:
        state = evolve(state, event)
    assert state is not None
    return state


def neglect(state: DemandState, until: datetime) -> tuple[DemandState, list[e.Event]]:
    seen: list[e.Event] = []
    while (due := next_due(state)) is not None and due <= until:
        events = tick(state, due)
        seen += events
        state = after(state, events)
    return state, seen


def test_what_nobody_does_comes_back_until_somebody_does_it() -> None:
    state, seen = neglect(demand(), LISTED + timedelta(days=90))
    climbed = [event for event in seen if isinstance(event, e.Escalated) and event.number == 5]
    days = [f"{event.at.astimezone(PARK_TIME):%m-%d %H:%M}" for event in climbed]
    assert days == [f"{day} 08:30" for day in AGAIN]
    assert next_due(state) is not None
    assert state.escalations

    state = after(state, decide(state, c.Assign(by=w.CLERK, unit=w.HOUSING), state.changed_at))
    assert state.clock(Clock.ASSIGN) is None
    assert not state.escalations, "what was done needs no instruction any more"


def test_a_system_that_was_down_for_long_says_it_once_and_goes_on() -> None:
    state, _ = neglect(demand(), LISTED + timedelta(days=30))
    back = LISTED + timedelta(days=120)
    late: list[e.Event] = []
    while events := tick(state, back):
        late += events
        state = after(state, events)
    assert len([event for event in late if isinstance(event, e.Escalated)]) == 1
    due = next_due(state)
    assert due is not None
    assert back < due < back + timedelta(days=30)
