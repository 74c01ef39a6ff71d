"""What waits for whom: the to-do list of a person, from the state of the demands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from domain.actors import Actor
from domain.authority import CommandKind, right_to
from domain.due import promised_by
from domain.state import DemandState
from domain.values import Role, Status, Urgency, Value


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


class Task(Value):
    """One thing that waits for the actor, with what decides how urgent it is."""

    kind: TaskKind
    demand: str
    urgency: Urgency
    since: datetime
    promised_by: datetime | None


_RANK = {Urgency.MAJOR: 0, Urgency.URGENT: 1, Urgency.GENERAL: 2}


def task_for(actor: Actor, state: DemandState) -> Task | None:
    """What this demand wants from the actor now, or None."""
    kind = _kind(actor, state)
    if kind is None:
        return None
    return Task(
        kind=kind,
        demand=state.demand,
        urgency=state.urgency,
        since=state.since,
        promised_by=promised_by(state),
    )


def by_urgency(tasks: list[Task], now: datetime) -> list[Task]:
    """Most urgent first: broken promises, then urgency, then whatever has waited longest."""

    def key(task: Task) -> tuple[bool, int, datetime]:
        late = task.promised_by is not None and task.promised_by <= now
        return (not late, _RANK[task.urgency], task.since)

    return sorted(tasks, key=key)


def _kind(actor: Actor, state: DemandState) -> TaskKind | None:
    def may(act: CommandKind) -> bool:
        return right_to(actor, act, state) is not None

    match state.status:
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
    spoken = state.resolution is not None and state.resolution.score is not None
    if state.reviewable and right_to(actor, "resolve", state) is not None:
        return TaskKind.REVIEW
    if spoken:
        return None
    if actor.role in (Role.ENTERPRISE, Role.BUREAU) and right_to(actor, "evaluate", state):
        return TaskKind.EVALUATE
    return None
