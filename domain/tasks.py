"""What waits for whom: the to-do list of a person, from the state of the demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from domain.actors import Actor
from domain.authority import CommandKind, right_to
from domain.due import promised_by
from domain.rules import Clock
from domain.state import DemandState
from domain.timekeeping import EXTENSION, OBJECTION
from domain.values import Right, Role, Status, Urgency, Value


class TaskKind(StrEnum):
    """What has to be done next. The text is `task.<kind>` in the translations."""

    ASSIGN = "assign"
    CLAIM = "claim"
    PLAN = "plan"
    HAND = "hand"
    WORK = "work"
    RESOLVE = "resolve"
    RESUME = "resume"
    REVIEW = "review"
    EVALUATE = "evaluate"
    ADJUDICATE = "adjudicate"
    FOLLOW_UP = "follow_up"
    EXTENSION = "extension"
    CO_HANDLE = "co_handle"
    RESPOND = "respond"
    INSTRUCT = "instruct"


class Task(Value):
    """One thing that waits for the actor, with what decides how urgent it is.

    `due` is the policy's deadline for it, `promised_by` what somebody promised; `number` is that of
    the instruction to respond to.
    """

    kind: TaskKind
    demand: str
    urgency: Urgency
    since: datetime
    promised_by: datetime | None
    due: datetime | None = None
    number: int = 0

    def late(self, now: datetime) -> bool:
        """Whether its deadline has passed, or what was promised wasn't kept."""
        return any(by is not None and by <= now for by in (self.due, self.promised_by))


_RANK = {Urgency.MAJOR: 0, Urgency.URGENT: 1, Urgency.GENERAL: 2}
_NEVER = datetime.max.replace(tzinfo=UTC)

_WORK = (Clock.RESOLVE, Clock.PROGRESS, Clock.CONTACT, Clock.ANSWER)
_CLOCKS: Mapping[TaskKind, tuple[Clock, ...]] = {
    TaskKind.ASSIGN: (Clock.ASSIGN,),
    TaskKind.CLAIM: (Clock.CLAIM, Clock.CONTACT, Clock.ANSWER),
    TaskKind.PLAN: (Clock.PLAN, *_WORK),
    TaskKind.HAND: _WORK,
    TaskKind.WORK: _WORK,
    TaskKind.RESOLVE: _WORK,
    TaskKind.RESUME: (Clock.PAUSE,),
    TaskKind.REVIEW: (Clock.REVIEW,),
    TaskKind.EVALUATE: (Clock.EVALUATE,),
    TaskKind.FOLLOW_UP: (Clock.FOLLOW_UP,),
}
"""The clocks that a task is to stop: the first of them to fall due is its deadline."""


def tasks_for(actor: Actor, state: DemandState) -> tuple[Task, ...]:
    """All that this demand wants from the actor now: its next step, and what came up beside it."""
    next_step = task_for(actor, state)
    beside = _beside(actor, state) if state.open else ()
    return tuple(task for task in (next_step, *beside) if task is not None)


def task_for(actor: Actor, state: DemandState) -> Task | None:
    """The next step of this demand's own life, if it is the actor's to take."""
    kind = _kind(actor, state)
    if kind is None:
        return None
    if kind is TaskKind.ADJUDICATE:
        due = _due(state, (Clock.DECIDE,), OBJECTION)
    else:
        due = _due(state, _CLOCKS[kind])
    return _task(kind, state, state.since, due).model_copy(
        update={"promised_by": promised_by(state)}
    )


def by_urgency(tasks: list[Task], now: datetime) -> list[Task]:
    """Most urgent first: what is late, then by deadline, urgency, and how long it has waited."""

    def key(task: Task) -> tuple[bool, datetime, int, datetime]:
        return (not task.late(now), task.due or _NEVER, _RANK[task.urgency], task.since)

    return sorted(tasks, key=key)


def _task(
    kind: TaskKind, state: DemandState, since: datetime, due: datetime | None, number: int = 0
) -> Task:
    return Task(
        kind=kind,
        demand=state.demand,
        urgency=state.urgency,
        since=since,
        promised_by=None,
        due=due,
        number=number,
    )


def _due(state: DemandState, clocks: tuple[Clock, ...], subject: str = "") -> datetime | None:
    running = (state.clock(clock, subject) for clock in clocks)
    return min((one.due for one in running if one is not None), default=None)


def _beside(actor: Actor, state: DemandState) -> Iterator[Task]:
    """What waits for a decision, an answer or a part, whatever the demand's own next step is."""
    if state.extension is not None and right_to(actor, "grant_extension", state):
        due = _due(state, (Clock.DECIDE,), EXTENSION)
        yield _task(TaskKind.EXTENSION, state, state.extension.at, due)
    if right_to(actor, "finish_co_handling", state):
        for part in state.co_handlings:
            if part.open and part.unit.code == actor.unit:
                due = _due(state, (Clock.CO_HANDLE,), part.unit.code)
                yield _task(TaskKind.CO_HANDLE, state, part.asked_at, due)
    if _responds(actor, state):
        for given in state.instructions:
            due = _due(state, (Clock.INSTRUCT,), str(given.number))
            if due is not None:
                yield _task(TaskKind.RESPOND, state, given.at, due, given.number)
    awaited = state.escalations and state.status is not Status.RESOLVED
    if awaited and right_to(actor, "instruct", state):
        first = state.escalations[0]
        yield _task(TaskKind.INSTRUCT, state, first.at, None)


def _responds(actor: Actor, state: DemandState) -> bool:
    """An instruction is the unit's to act on, the bureau's while no unit has the demand."""
    right = right_to(actor, "respond", state)
    return right is Right.LEAD_UNIT or (right is Right.BUREAU and state.unit is None)


def _kind(actor: Actor, state: DemandState) -> TaskKind | None:
    def may(act: CommandKind) -> bool:
        return right_to(actor, act, state) is not None

    match state.status:
        case Status.LISTED if state.adjudicating:
            return TaskKind.ADJUDICATE if may("adjudicate") else None
        case Status.LISTED:
            return TaskKind.ASSIGN if may("assign") else None
        case Status.ASSIGNED:
            return TaskKind.CLAIM if may("claim") else None
        case Status.CLAIMED | Status.IN_PROGRESS if state.pause is not None:
            return TaskKind.RESUME if may("resume") else None
        case Status.CLAIMED:
            return TaskKind.PLAN if may("plan") else None
        case Status.IN_PROGRESS:
            return _in_progress(actor, state)
        case Status.RESOLVED:
            return _resolved(actor, state)
        case Status.CLOSED | Status.REJECTED | Status.MERGED | Status.WITHDRAWN:
            return None
        case _:
            assert_never(state.status)


def _in_progress(actor: Actor, state: DemandState) -> TaskKind | None:
    if right_to(actor, "resolve", state) is not None:
        return TaskKind.RESOLVE
    if right_to(actor, "hand", state) is not None and state.member is None:
        return TaskKind.HAND
    works = state.member is not None and state.member.account == actor.account
    return TaskKind.WORK if works or (state.member is None and _works(actor, state)) else None


def _works(actor: Actor, state: DemandState) -> bool:
    return right_to(actor, "report_progress", state) is not None


def _resolved(actor: Actor, state: DemandState) -> TaskKind | None:
    spoken = state.resolution is not None and state.resolution.evaluated
    if state.awaits_follow_up:
        return TaskKind.FOLLOW_UP if right_to(actor, "follow_up", state) else None
    if state.reviewable and right_to(actor, "resolve", state) is not None:
        return TaskKind.REVIEW
    if spoken:
        return None
    if actor.role in (Role.ENTERPRISE, Role.BUREAU) and right_to(actor, "evaluate", state):
        return TaskKind.EVALUATE
    return None
