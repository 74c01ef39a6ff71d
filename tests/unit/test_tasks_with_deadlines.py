"""What waits for whom under a policy with deadlines: beside the next step, and by deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain import commands as c
from domain.duration import parse
from domain.evolve import evolve
from domain.rules import Clock
from domain.tasks import Task, TaskKind, by_urgency, tasks_for
from domain.tick import tick
from domain.values import Urgency
from starter.calendars import load_calendar
from starter.policies import PARK_DEFAULT, POLICIES, load_policy
from tests.unit import domain_world as w

OFFICE = load_calendar()
K = TaskKind
UNIT = ("handler", "deputy")


def listed(policy: str = PARK_DEFAULT.name) -> w.Story:
    rules = load_policy(POLICIES / policy)
    return w.Story().do(w.listing(policy=rules, calendar=OFFICE))


def in_progress() -> w.Story:
    return listed().do(w.assignment(), w.claim(), w.plan("勘察"))


def convened() -> w.Story:
    story = listed()
    for _ in range(2):
        story.do(w.assignment(), c.Return(by=w.HANDLER, reason="不属", legal_basis="三定"))
    return story


def asked_for_more() -> w.Story:
    return in_progress().do(c.AskExtension(by=w.HANDLER, more=parse("3wd"), reason="排期"))


def helped() -> w.Story:
    return in_progress().do(c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="核定容量"))


def instructed() -> w.Story:
    return in_progress().do(c.Instruct(by=w.CHAIN_LEADER, text="加快"))


def instructed_before_assignment() -> w.Story:
    return listed().do(c.Instruct(by=w.PARK_LEADER, text="尽快交办"))


def to_be_revisited() -> w.Story:
    story = listed("quanzhou-2022.toml").do(w.assignment(), w.claim(), w.plan())
    return story.do(w.resolution(), c.Evaluate(by=w.OWNER, score=5))


WORK = {key: [K.RESOLVE] for key in UNIT} | {
    "captain": [K.HAND],
    "member": [K.WORK],
    "colleague": [K.WORK],
}
WAITING: list[tuple[Callable[[], w.Story], dict[str, list[TaskKind]]]] = [
    (convened, {"clerk": [K.ADJUDICATE]}),
    (asked_for_more, WORK | {"clerk": [K.EXTENSION]}),
    (helped, WORK | {"neighbour": [K.CO_HANDLE]}),
    (instructed, WORK | {key: [K.RESOLVE, K.RESPOND] for key in UNIT}),
    (
        instructed_before_assignment,
        {"clerk": [K.ASSIGN, K.RESPOND], "secretary": [K.ASSIGN]},
    ),
    (to_be_revisited, {"clerk": [K.FOLLOW_UP]}),
]


@pytest.mark.parametrize(("story", "waiting"), WAITING, ids=lambda v: getattr(v, "__name__", ""))
def test_what_waits_for_whom(
    story: Callable[[], w.Story], waiting: dict[str, list[TaskKind]]
) -> None:
    state = story().state
    found = {
        name: [task.kind for task in tasks]
        for name, actor in w.EVERYBODY.items()
        if (tasks := tasks_for(actor, state))
    }
    assert found == waiting


@pytest.mark.parametrize("story", [story for story, _ in WAITING])
def test_every_task_has_the_deadline_of_a_clock_that_runs(story: Callable[[], w.Story]) -> None:
    state = story().state
    dues = {running.due for running in state.running}
    tasks = [task for actor in w.EVERYBODY.values() for task in tasks_for(actor, state)]
    assert tasks
    assert {task.due for task in tasks} <= dues


def test_what_went_up_waits_for_its_leaders_until_they_instruct() -> None:
    story = listed().do(w.assignment())
    state, now = story.state, story.at + timedelta(days=20)
    while events := tick(state, now):
        for event in events:
            state = evolve(state, event)
    assert state.escalations
    for leader in (w.CHAIN_LEADER, w.PARK_LEADER):
        assert [task.kind for task in tasks_for(leader, state)] == [K.INSTRUCT]
    assert tasks_for(w.OTHER_LEADER, state) == ()
    (claim,) = (task for task in tasks_for(w.HANDLER, state) if task.kind is K.CLAIM)
    assert claim.late(now)
    claiming = state.clock(Clock.CLAIM)
    assert claiming is not None
    assert claim.due == claiming.due


def test_an_instruction_is_told_by_its_number() -> None:
    story = instructed().do(c.Instruct(by=w.PARK_LEADER, text="再快"))
    assert _numbers(story) == [1, 2]
    assert _numbers(story.do(c.Respond(by=w.DEPUTY, instruction=1, text="已办"))) == [2]


def _numbers(story: w.Story) -> list[int]:
    tasks = tasks_for(w.HANDLER, story.state)
    return [task.number for task in tasks if task.kind is K.RESPOND]


def test_by_deadline_with_what_is_late_first() -> None:
    now = w.START + timedelta(days=30)

    def task(name: str, urgency: Urgency, due: int | None, promised: int | None = None) -> Task:
        return Task(
            kind=K.WORK,
            demand=name,
            urgency=urgency,
            since=w.START,
            due=None if due is None else w.START + timedelta(days=due),
            promised_by=None if promised is None else w.START + timedelta(days=promised),
        )

    in_order = [
        task("long overdue", Urgency.GENERAL, 10),
        task("overdue just now", Urgency.MAJOR, 30),
        task("promise broken", Urgency.GENERAL, 40, 29),
        task("due next", Urgency.GENERAL, 31, 50),
        task("due later, major", Urgency.MAJOR, 35),
        task("due later", Urgency.GENERAL, 35),
        task("without a deadline", Urgency.MAJOR, None),
    ]
    shuffled = [in_order[place] for place in (4, 2, 6, 0, 5, 3, 1)]
    assert by_urgency(shuffled, now) == in_order
