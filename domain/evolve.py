"""The rule book, second half: what an event makes of a state. Total, and never refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from domain import events as e
from domain.state import DemandState, Evaluation, PauseState, Plan, Resolution
from domain.values import Status

_NOBODY: dict[str, Any] = {
    "responsible_leader": None,
    "handler": None,
    "member": None,
    "plan": None,
    "percent": 0,
    "pause": None,
    "resolution": None,
}
"""What a unit brought to a demand and takes with it when it no longer has it."""


def evolve(state: DemandState | None, event: e.Event) -> DemandState:
    """The state after the event. `state` is None before the first, which is `Listed`."""
    if isinstance(event, e.Listed):
        return _listed(event)
    assert state is not None, "a chain begins with Listed"
    changes = _changes(state, event) | {"changed_at": event.at}
    if changes.get("status", state.status) is not state.status:
        changes["since"] = event.at
    return state.model_copy(update=changes)


def fold(events: Iterable[e.Event]) -> DemandState | None:
    """All events of a demand, in order, folded to its state."""
    state: DemandState | None = None
    for event in events:
        state = evolve(state, event)
    return state


def _listed(event: e.Listed) -> DemandState:
    return DemandState(
        demand=event.demand,
        format=event.format,
        list_id=event.list_id,
        meeting=event.meeting,
        enterprise=event.enterprise,
        chain=event.chain,
        category=event.category,
        urgency=event.urgency,
        text=event.text,
        raised_on=event.raised_on,
        contact=event.contact,
        remark=event.remark,
        possible_duplicates=event.possible_duplicates,
        policy=event.policy,
        status=Status.LISTED,
        listed_at=event.at,
        since=event.at,
        changed_at=event.at,
    )


def _changes(state: DemandState, event: e.Event) -> dict[str, Any]:
    match event:
        case e.Listed():
            raise AssertionError("handled by evolve")
        case e.Amended():
            return _amended(event)
        case e.Rejected():
            return {"status": Status.REJECTED}
        case e.Assigned():
            return {"status": Status.ASSIGNED, "unit": event.unit, "squad": event.squad}
        case e.Reassigned():
            return _NOBODY | {
                "status": Status.ASSIGNED,
                "since": event.at,
                "unit": event.unit,
                "squad": event.squad,
            }
        case e.Claimed():
            return {
                "status": Status.CLAIMED,
                "responsible_leader": event.responsible_leader,
                "handler": event.handler,
                "squad": event.squad,
            }
        case e.Returned():
            return _NOBODY | {
                "status": Status.LISTED,
                "unit": None,
                "squad": None,
                "returns": state.returns + 1,
            }
        case e.Planned():
            return _planned(state, event)
        case e.Handed():
            in_squad = state.squad is not None and event.to.squad == state.squad.code
            return {"member": event.to} if in_squad else {"handler": event.to}
        case e.ProgressReported():
            return {"percent": state.percent if event.percent is None else event.percent}
        case e.MilestoneCompleted():
            return {"plan": _with_milestone_done(state, event)}
        case e.Paused():
            return {"pause": PauseState(reason=event.reason, since=event.at, until=event.until)}
        case e.Resumed():
            return {"pause": None}
        case e.Resolved():
            resolution = Resolution(
                outcome=event.outcome, text=event.text, at=event.at, review_on=event.review_on
            )
            return {"status": Status.RESOLVED, "since": event.at, "resolution": resolution}
        case e.Evaluated():
            return _evaluated(state, event)
        case e.Reopened():
            return {
                "status": Status.CLAIMED,
                "round": event.round,
                "plan": None,
                "percent": 0,
                "resolution": None,
            }
        case e.Closed():
            return {"status": Status.CLOSED}
        case e.Withdrawn():
            return {"status": Status.WITHDRAWN, "pause": None}
        case _:
            assert_never(event)


def _amended(event: e.Amended) -> dict[str, Any]:
    given = {
        "category": event.category,
        "urgency": event.urgency,
        "raised_on": event.raised_on,
        "contact": event.contact,
        "remark": event.remark,
    }
    return {name: value for name, value in given.items() if value is not None}


def _planned(state: DemandState, event: e.Planned) -> dict[str, Any]:
    before = state.plan.milestones if state.plan else ()
    kept = tuple(m for m in before if m.completed_at is not None)
    numbers = [m.number for m in event.milestones]
    return {
        "status": Status.IN_PROGRESS,
        "plan": Plan(summary=event.summary, milestones=kept + event.milestones),
        "resolution": None,
        "next_milestone": max([state.next_milestone, *(n + 1 for n in numbers)]),
    }


def _with_milestone_done(state: DemandState, event: e.MilestoneCompleted) -> Plan | None:
    if state.plan is None:
        return None
    milestones = tuple(
        m.model_copy(update={"completed_at": event.at}) if m.number == event.milestone else m
        for m in state.plan.milestones
    )
    return state.plan.model_copy(update={"milestones": milestones})


def _evaluated(state: DemandState, event: e.Evaluated) -> dict[str, Any]:
    evaluation = Evaluation(
        round=state.round, score=event.score, comment=event.comment, at=event.at
    )
    changes: dict[str, Any] = {"evaluations": (*state.evaluations, evaluation)}
    if state.resolution is not None:
        changes["resolution"] = state.resolution.model_copy(update={"score": event.score})
    return changes
