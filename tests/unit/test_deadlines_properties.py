"""Random lives under the rule sets we ship: what is true of the clock whatever people do.

Each life is a row of commands that fit or don't, with any time between them (`wandering`); the
clock has its turn before each, as in the workflow.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import events as e
from domain.calendar import PARK_TIME, Calendar
from domain.chain import first_break
from domain.clock import working_minutes
from domain.evolve import evolve, fold
from domain.rules import Clock, Rules
from domain.running import Fate, Running
from domain.state import DemandState
from domain.tick import tick
from domain.timekeeping import PAUSABLE, next_due
from starter.calendars import load_calendar
from starter.policy_files import read_policy
from tests.unit import deadline_world as d
from tests.unit.wandering import Wanderer

POLICIES = sorted(path.stem for path in (Path(__file__).parents[2] / "policies").glob("*.toml"))
QUICK = settings(max_examples=45, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2**32)

each_policy = pytest.mark.parametrize("name", POLICIES)


@cache
def policy(name: str) -> Rules:
    """The rule set of that name, with all clocks that it can have where it is the default."""
    found = read_policy(Path(__file__).parents[2] / "policies" / f"{name}.toml")
    assert isinstance(found, Rules)
    return found


@cache
def calendar() -> Calendar:
    return load_calendar()


def wanderer(seed: int, name: str, acts: int = 30) -> Wanderer:
    """A random life under the rule set of that name."""
    return Wanderer(seed, policy(name), calendar(), acts)


# ---- at every moment ----------------------------------------------------------------------------

MET = frozenset(
    {
        *("reminded", "became_overdue", "chased", "overdue_withdrawn", "calendar_adopted"),
        *("paused", "resumed", "contacted", "planned", "progress_reported", "evaluated", "closed"),
        *("extension_granted", "extension_refused", "co_handling_finished", "instructed"),
        *("responded", "reassigned", "returned", "adjudication_convened", "ruled", "reopened"),
    }
)
"""What the lives under each rule set must have met to prove anything."""


@each_policy
def test_what_is_true_of_every_life_at_every_moment(name: str) -> None:
    reached: Counter[str] = Counter()

    @QUICK
    @given(SEEDS)
    def holds(seed: int) -> None:
        told = wanderer(seed, name)
        for life in told.steps():
            check_deadlines(life.state, life.at)
        life = told.life
        check_ladder(life.events)
        check_fold(life)
        check_custody(life)
        tick(life.state, life.at + timedelta(days=4000))
        reached.update(event.kind for event in life.events)

    holds()
    never_closes = policy(name).office.never_closes
    wanted = MET - {"calendar_adopted"} if never_closes else MET
    assert sorted(wanted - set(reached)) == []


def check_deadlines(state: DemandState, at: datetime) -> None:
    """No open demand without a deadline that is ahead, or marked as passed; none of an ended one.

    Once the clock has caught up nothing is left for it to do by now.
    """
    assert tick(state, at) == () or not state.running or next_due(state) == at
    assert bool(state.running) == state.open
    due = next_due(state)
    assert due is None or due >= at
    for running in state.running:
        ahead = bool(running.agenda) and running.due >= at
        assert ahead or running.overdue_since is not None, running.clock
        assert running.overdue_since in (None, running.due)
        assert list(running.agenda) == sorted(running.agenda, key=lambda one: one.at)
    if state.pause is not None:
        pause = state.clock(Clock.PAUSE)
        assert pause is not None
        assert pause.due == state.pause.until


def in_office_hours(instant: datetime, among: Calendar) -> bool:
    """Said apart from the code: on a working day, from opening to closing, both included."""
    local = instant.astimezone(PARK_TIME)
    if among.never_closes:
        return True
    time = f"{local:%H:%M:%S.%f}"
    spans = [(f"{text[:5]}:00.000000", f"{text[6:]}:00.000000") for text in among.hours]
    return any(a <= time <= b for a, b in spans) and among.almanac.works(local.date())


def check_ladder(events: list[e.Event]) -> None:
    """It keeps office hours, and waits while those who work wait."""
    state: DemandState | None = None
    pauses: list[tuple[datetime, datetime]] = []
    for event in events:
        rung = event if isinstance(event, e.Chased | e.Escalated | e.Criticised) else None
        if isinstance(event, e.Supervised) and event.planned is not None:
            rung = event
        if rung is not None:
            assert state is not None
            assert state.calendar is not None
            assert rung.planned is not None
            assert in_office_hours(rung.planned, state.calendar), rung
            if rung.clock in PAUSABLE:
                assert state.pause is None, rung
                assert not any(a < rung.planned < b for a, b in pauses), rung
        if isinstance(event, e.Resumed):
            assert state is not None
            assert state.pause is not None
            pauses.append((state.pause.since, min(event.at, state.pause.until)))
        state = evolve(state, event)


def clocks_of(events: list[e.Event]) -> dict[tuple[Clock, str], Running]:
    """The running clocks by the changes in the events alone, agendas left aside."""
    running: dict[tuple[Clock, str], Running] = {}
    for event in events:
        if isinstance(event, e.BecameOverdue):
            was = running[event.clock, event.subject]
            running[was.key] = was.model_copy(update={"overdue_since": event.due})
        for change in event.clocks:
            if change.fate in (Fate.STARTED, Fate.MOVED):
                running[change.running.key] = change.running
            else:
                ended = running.pop(change.running.key)
                assert ended.due == change.running.due
    return running


def check_fold(life: d.Life) -> None:
    """The state is only ever the fold of its events, also of those that were written and read."""
    state = fold(life.events)
    assert state == life.state
    written = [e.EVENT.validate_json(e.EVENT.dump_json(event)) for event in life.events]
    assert fold(written) == state
    assert first_break(life.recorded) is None
    assert state is not None
    assert DemandState.model_validate_json(state.model_dump_json()) == state

    def due_and_late(running: Running) -> tuple[datetime, datetime, datetime | None]:
        return running.start, running.due, running.overdue_since

    expected = {key: due_and_late(r) for key, r in clocks_of(life.events).items()}
    assert {r.key: due_and_late(r) for r in state.running} == expected


def check_custody(life: d.Life) -> None:
    """It adds up to the working minutes from the first assignment on, by the calendar of the day.

    An adoption counts what is to come by the new one, not what has been.
    """
    state = life.state
    total, begun = 0, state.assigned_at
    before: datetime | None = None
    among: Calendar | None = None
    for event in life.events:
        if before is not None and among is not None and begun is not None and before >= begun:
            total += working_minutes(before, event.at, among)
        if isinstance(event, e.Listed | e.CalendarAdopted):
            among = event.calendar
        before = event.at
    assert sum(charge.minutes for charge in state.custody) == total
    assert len({(one.role, one.code) for one in state.custody}) == len(state.custody)


# ---- (c) late is the same as in time ------------------------------------------------------------


class Rung(NamedTuple):
    """What the clock did about a deadline, wherever it stood when it did it."""

    kind: str
    clock: str
    subject: str
    due: datetime
    planned: datetime


def rungs(events: list[e.Event], but: frozenset[Clock]) -> list[Rung]:
    found = []
    for event in events:
        if isinstance(event, e.ClockEvent | e.Supervised) and event.clock not in (None, *but):
            assert event.clock is not None
            assert event.due is not None
            assert event.planned is not None
            found.append(
                Rung(event.kind, event.clock, event.subject, event.due, event.planned)
            )  # fmt: skip
    return found


def continued(life: d.Life) -> d.Life:
    """Another life that goes on from here."""
    copy = d.Life(life.policy, life.calendar)
    copy.past, copy.at, copy.head = life.past, life.at, life.head
    return copy


def without_repetitions(rules: Rules) -> Rules:
    """What comes back every second week is not made up for: a system that was down says it once."""
    once = tuple(rung.model_copy(update={"every": None}) for rung in rules.ladder)
    return rules.model_copy(update={"ladder": once})


BEGUN_BY_THE_CLOCK = frozenset({Clock.FOLLOW_UP, Clock.PLAN, Clock.RESOLVE, Clock.DECIDE})
"""What silence may begin: these count from when the clock noticed it, as from any event."""


@each_policy
@QUICK
@given(SEEDS, st.integers(1, 120))
def test_catching_up_late_makes_up_for_everything_once(name: str, seed: int, days: int) -> None:
    life = Wanderer(seed, without_repetitions(policy(name)), calendar(), seed % 12).whole()
    end = life.at + timedelta(days=days)
    in_time, late = continued(life).until(end), continued(life).jump(end)
    silent = any(event.kind == "evaluated" for event in in_time.events)
    but = BEGUN_BY_THE_CLOCK if silent else frozenset()
    expected, found = rungs(in_time.events, but), rungs(late.events, but)
    missed = [one for one in expected if one not in found]
    assert all(one.kind == "reminded" and one.due <= end for one in missed)
    assert sorted(found) == sorted(one for one in expected if one not in missed)
    assert [one for one in found if one.kind != "reminded"] == [
        one for one in expected if one.kind != "reminded"
    ], "and in the same order"
    assert not any(one.kind == "reminded" and one.due <= end for one in found), "it is too late"
    assert {event.at for event in late.events} <= {end}
    assert len(set(found)) == len(found)
    if not silent:
        assert late.dues() == in_time.dues()
        assert late.state.running == in_time.state.running
