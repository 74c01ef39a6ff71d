"""Random lives of a demand: whatever is commanded, by whomever, the rule book holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain import commands as c
from domain import events as e
from domain.actors import CLOCK
from domain.authority import GRANTS
from domain.chain import Head, Recorded, append, first_break
from domain.decide import decide
from domain.due import promised_by
from domain.evolve import evolve, fold
from domain.refusal import RefusalCode, Refused
from domain.state import DemandState, holder
from domain.tasks import by_urgency, task_for
from domain.tick import tick
from domain.timekeeping import next_due
from domain.values import Outcome, Right, Status
from runtime.text import LANGUAGES, catalogue
from tests.golden.add_missing import kind_of, types_of
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.strategies import anything, entitled, fitting

HELD = {Status.ASSIGNED, Status.CLAIMED, Status.IN_PROGRESS, Status.RESOLVED}
NEW_RIGHTS = {Right.CO_HANDLER, Right.CHAIN_LEADER, Right.COMMITTEE, Right.CLOCK}
"""What nobody needs where there are no deadlines."""

REACHED: Counter[str] = Counter()
"""What the lives met on their way: statuses, event kinds, refusal codes and rights."""


def revisited() -> d.Life:
    """Resolved, and to be revisited whatever comes."""
    return d.resolved(d.rules(evaluation={"follow_up": 100, "rounds": 2}))


def listed() -> d.Life:
    return d.Life().listed()


def given_back() -> d.Life:
    """Given back once: the next time convenes."""
    return d.assigned().do(d.returning(), w.assignment())


def late() -> d.Life:
    """Overdue, while the bureau has not said whether there is more time."""
    return d.in_progress().on("03-18 09:00", d.asked("3wd")).until("03-20 09:00")


BEGINNINGS = st.sampled_from(
    [w.Story, w.listed, w.claimed, w.in_progress, w.resolved, w.resolved, w.deferred]
)
WITH_DEADLINES = st.sampled_from(
    [
        listed,
        d.in_progress,
        d.helped,
        d.paused,
        d.resolved,
        d.adjudicating,
        *(revisited, revisited, revisited, given_back, given_back, late),
    ]
)


class Lives(RuleBasedStateMachine):
    """One demand after another; the next begins where the last has ended."""

    @initialize(begin=BEGINNINGS)
    def a_demand_begins(self, begin: Callable[[], w.Story]) -> None:
        story = begin()
        self.at: datetime = story.at
        self.state: DemandState | None = story.past
        self.head: Head = story.head
        self.chain: list[Recorded] = story.recorded

    @precondition(lambda self: self.state is not None and self.state.status.ended)
    @rule(begin=BEGINNINGS)
    def another_demand_begins(self, begin: Callable[[], w.Story]) -> None:
        self.a_demand_begins(begin)

    @rule(data=st.data(), hours=st.integers(0, 30))
    def somebody_fitting_acts(self, data: st.DataObject, hours: int) -> None:
        self.act(data.draw(fitting(self.state)), hours)

    @precondition(lambda self: self.state is not None)
    @rule(data=st.data())
    def somebody_entitled_acts(self, data: st.DataObject) -> None:
        assert self.state is not None
        self.act(data.draw(entitled(self.state)), 0)

    @rule(command=anything)
    def anybody_does_anything(self, command: c.Command) -> None:
        self.act(command, 0)

    def act(self, command: c.Command, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.catch_up()
        before = self.state
        snapshot = before.model_dump_json() if before else None
        try:
            events = decide(before, command, self.at)
        except Refused as refused:
            REACHED[f"refusal {refused.code}"] += 1
            check_refusal(refused)
            assert (before.model_dump_json() if before else None) == snapshot
            return
        assert events == decide(before, command, self.at)
        assert (before.model_dump_json() if before else None) == snapshot
        assert before is None or not before.status.ended
        self.record(events, command)
        assert self.state is not None
        check_state(self.state)
        check_step(before, self.state, events)

    def catch_up(self) -> None:
        """What the clock does before anybody may act."""
        while self.state is not None and (events := tick(self.state, self.at)):
            before = self.state
            self.record(events, None)
            check_state(self.state)
            check_step(before, self.state, events)

    def record(self, events: tuple[e.Event, ...], command: c.Command | None) -> None:
        assert events
        for event in events:
            REACHED.update([f"event {event.kind}", f"right {event.right}"])
            assert event.at == self.at
            if command is None or isinstance(event, e.OverdueWithdrawn):
                assert (event.by, event.right) == (CLOCK, Right.CLOCK)
            else:
                assert event.by == command.by
                assert event.right in GRANTS[command.kind]
            assert e.EVENT.validate_json(e.EVENT.dump_json(event)) == event
            self.state = evolve(self.state, event)
            REACHED[f"status {self.state.status}"] += 1
        self.head, recorded = append(self.head, w.DEMAND, f"c{self.head.seq}", events)
        self.chain += recorded

    def teardown(self) -> None:
        assert self.state == fold(recorded.event for recorded in self.chain)
        assert first_break(self.chain) is None
        assert self.head.seq == len(self.chain)


class LivesWithDeadlines(Lives):
    """The same under rules that set deadlines: the clock has its turn before everybody."""

    @initialize(begin=WITH_DEADLINES)
    def a_demand_begins(self, begin: Callable[[], w.Story]) -> None:
        super().a_demand_begins(begin)
        REACHED.update(f"event {recorded.event.kind}" for recorded in self.chain)

    @precondition(lambda self: self.state is not None and self.state.status.ended)
    @rule(begin=WITH_DEADLINES)
    def another_demand_begins(self, begin: Callable[[], w.Story]) -> None:
        super().a_demand_begins(begin)

    def anybody_does_anything(self, command: c.Command) -> None:
        """No rule here: `Lives` has it, and what is out of place brings nobody further."""

    @rule(days=st.integers(1, 12))
    def nobody_does_anything(self, days: int) -> None:
        self.at += timedelta(days=days)
        self.catch_up()


def check_refusal(refused: Refused) -> None:
    """Every fact is a text, and the sentence finds all that it mentions."""
    assert all(isinstance(fact, str) for fact in refused.facts.values())
    for lang in LANGUAGES:
        template = catalogue(lang)[f"refusal.{refused.code}"]
        assert w.placeholders(template) <= set(refused.facts)


def check_state(state: DemandState) -> None:
    """What is true of a demand at every moment."""
    assert DemandState.model_validate_json(state.model_dump_json()) == state
    assert (state.unit is not None) == (state.status in HELD or was_held(state))
    if state.status is Status.LISTED:
        assert (state.unit, state.squad, state.handler, state.member, state.plan) == (None,) * 5
    if state.status in (Status.CLAIMED, Status.IN_PROGRESS, Status.RESOLVED):
        assert state.handler is not None
        assert state.responsible_leader
    if state.pause is not None:
        assert state.status in (Status.CLAIMED, Status.IN_PROGRESS)
        assert state.pause.reason
        assert state.pause.until > state.pause.since
    assert 0 <= state.percent <= 100
    assert (state.resolution is not None) == (state.status in (Status.RESOLVED, Status.CLOSED)) or (
        state.status is Status.WITHDRAWN
    )
    if state.status is Status.CLOSED:
        assert state.resolution is not None
        assert state.resolution.outcome is not Outcome.NOT_NOW
        assert state.resolution.score is not None
    check_plan(state)
    check_readers(state)


def was_held(state: DemandState) -> bool:
    """Ended with a unit: closed always, withdrawn where it had been assigned."""
    ended_with_unit = state.status is Status.WITHDRAWN and state.unit is not None
    return state.status is Status.CLOSED or ended_with_unit


def check_plan(state: DemandState) -> None:
    numbers = [m.number for m in state.plan.milestones] if state.plan else []
    assert numbers == sorted(set(numbers))
    assert all(number < state.next_milestone for number in numbers)


def check_readers(state: DemandState) -> None:
    """What pages ask of a state never fails."""
    assert (holder(state) is None) == state.status.ended
    assert state.rules is not None or next_due(state) is None
    promise = promised_by(state)
    assert promise is None or state.open
    tasks = [task for actor in w.EVERYBODY.values() if (task := task_for(actor, state))]
    assert state.open or not tasks
    assert sorted(map(repr, by_urgency(tasks, state.changed_at))) == sorted(map(repr, tasks))


def check_step(before: DemandState | None, after: DemandState, events: tuple[e.Event, ...]) -> None:
    """What may change from one moment to the next, and by which event."""
    if before is None:
        assert (after.round, after.returns, after.status) == (1, 0, Status.LISTED)
        return
    kinds = [event.kind for event in events]
    exhausted = any(isinstance(o, e.AdjudicationConvened) and o.cause == "rounds" for o in events)
    assert after.round == before.round + kinds.count("reopened") + exhausted
    assert after.returns == before.returns + kinds.count("returned")
    assert after.next_milestone >= before.next_milestone
    assert before.changed_at <= after.changed_at
    moved = after.status is not before.status or {"reassigned", "resolved"} & set(kinds)
    assert after.since == (after.changed_at if moved else before.since)
    assert after.evaluations[: len(before.evaluations)] == before.evaluations
    if not {"reopened", "reassigned", "returned", "adjudication_convened"} & set(kinds):
        assert after.percent >= before.percent
    frozen = ("demand", "list_id", "enterprise", "chain", "text", "policy", "listed_at", "format")
    assert all(getattr(after, name) == getattr(before, name) for name in frozen)


@pytest.mark.parametrize("lives", [Lives, LivesWithDeadlines])
def test_random_lives_keep_every_rule(lives: type[Lives]) -> None:
    REACHED.clear()
    timed = lives is LivesWithDeadlines
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=100 if timed else 150,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
        ),
    )
    wanted = {f"event {kind_of(event)}" for event in types_of(2 if timed else 1)}
    wanted |= {f"status {status}" for status in Status if status is not Status.MERGED}
    rights = NEW_RIGHTS if timed else set(Right) - NEW_RIGHTS
    wanted |= {f"right {right}" for right in rights}
    missed = wanted - set(REACHED)
    # What takes many steps in a row has a life of its own in `test_domain_lives`.
    assert len(missed) <= (6 if timed else 0), sorted(missed)
    assert all(one.startswith("event ") for one in missed), sorted(missed)
    refusals = {f"refusal {code}" for code in RefusalCode} & set(REACHED)
    assert len(refusals) >= 15
    assert REACHED["event closed"] > (5 if timed else 20)
    assert REACHED["event reopened"] > (0 if timed else 10)
