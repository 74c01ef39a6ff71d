"""The rule book, second half: what an event makes of a state. Total, and never refuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from domain import events as e
from domain.deadline import Pause
from domain.evolve_clock import clocks_of, custody_of, escalations_of, supervised
from domain.state import (
    CoHandling,
    DemandState,
    Evaluation,
    ExtensionState,
    Instruction,
    PauseState,
    Plan,
    Resolution,
)
from domain.values import Status

_NOBODY: dict[str, Any] = {
    "responsible_leader": None,
    "handler": None,
    "member": None,
    "plan": None,
    "percent": 0,
    "pause": None,
    "resolution": None,
    "pauses": (),
    "extension": None,
    "extensions": 0,
    "co_handlings": (),
    "ruled": False,
}
"""What a unit brought to a demand and takes with it when it no longer has it."""


def evolve(state: DemandState | None, event: e.Event) -> DemandState:
    """The state after the event. `state` is None before the first, which is `Listed`."""
    if isinstance(event, e.Listed):
        return _listed(event)
    assert state is not None, "a chain begins with Listed"
    changes = _changes(state, event) | {"changed_at": event.at}
    if state.rules is not None:
        changes |= {
            "running": clocks_of(state, event),
            "custody": custody_of(state, event),
            "escalations": escalations_of(state, event),
        }
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
        calendar=event.calendar,
        running=tuple(change.running for change in event.clocks),
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
            return _assigned(state, event)
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
            pause = Pause(since=event.at, until=event.until)
            return {
                "pause": PauseState(reason=event.reason, since=event.at, until=event.until),
                "pauses": (*state.pauses, pause) if state.rules else (),
            }
        case e.Resumed():
            return {"pause": None, "pauses": _with_pause_ended(state, event)}
        case e.Resolved():
            return _resolved(state, event)
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
        case e.FollowedUp() | e.Contacted() | e.MaterialSupplied():
            return {}
        case e.Closed():
            return {"status": Status.CLOSED}
        case e.Withdrawn():
            return {"status": Status.WITHDRAWN, "pause": None}
        case e.ExtensionAsked():
            return {"extension": ExtensionState(more=event.more, reason=event.reason, at=event.at)}
        case e.ExtensionGranted():
            return {"extension": None, "extensions": state.extensions + 1}
        case e.ExtensionRefused():
            return {"extension": None}
        case (
            e.CoHandlingAsked()
            | e.CoHandlingAccepted()
            | e.CoHandlingReported()
            | e.CoHandlingFinished()
        ):
            return {"co_handlings": _co_handlings(state, event)}
        case e.Instructed() | e.Responded():
            return _instructions(state, event)
        case e.AdjudicationConvened():
            return _NOBODY | {
                "status": Status.LISTED,
                "unit": None,
                "squad": None,
                "round": event.round,
                "adjudicating": True,
            }
        case e.Ruled():
            return _assigned(state, event) | {"adjudicating": False, "ruled": True}
        case e.CalendarAdopted():
            return {"calendar": event.calendar}
        case e.Supervised():
            return {"supervisions": supervised(state, event)}
        case e.ClockEvent():
            return {}
        case _:
            assert_never(event)


def _assigned(state: DemandState, event: e.Assigned | e.Ruled) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "status": Status.ASSIGNED,
        "unit": event.unit,
        "squad": event.squad,
    }
    if state.rules is not None and state.assigned_at is None:
        changes["assigned_at"] = event.at
    return changes


def _resolved(state: DemandState, event: e.Resolved) -> dict[str, Any]:
    """The unit's word ends the parts of others that were still open."""
    resolution = Resolution(
        outcome=event.outcome, text=event.text, at=event.at, review_on=event.review_on
    )
    return {
        "status": Status.RESOLVED,
        "since": event.at,
        "resolution": resolution,
        "pauses": (),
        "extension": None,
        "extensions": 0,
        "co_handlings": tuple(part for part in state.co_handlings if not part.open),
    }


def _with_pause_ended(state: DemandState, event: e.Resumed) -> tuple[Pause, ...]:
    if not state.pauses:
        return ()
    last = state.pauses[-1]
    assert last.until is not None
    ended = min(event.at, last.until)  # the clock may come late, the pause doesn't last longer
    return (*state.pauses[:-1], last.model_copy(update={"until": ended}))


def _co_handlings(
    state: DemandState,
    event: e.CoHandlingAsked | e.CoHandlingAccepted | e.CoHandlingReported | e.CoHandlingFinished,
) -> tuple[CoHandling, ...]:
    if isinstance(event, e.CoHandlingAsked):
        asked = CoHandling(unit=event.unit, request=event.request, asked_at=event.at)
        return (*state.co_handlings, asked)
    done: dict[str, Any] = {}
    if isinstance(event, e.CoHandlingAccepted):
        done = {"accepted_at": event.at}
    elif isinstance(event, e.CoHandlingFinished):
        done = {"finished_at": event.at}
    return tuple(
        part.model_copy(update=done) if part.open and part.unit.code == event.unit.code else part
        for part in state.co_handlings
    )


def _instructions(state: DemandState, event: e.Instructed | e.Responded) -> dict[str, Any]:
    if isinstance(event, e.Instructed):
        given = Instruction(
            number=event.instruction,
            text=event.text,
            by_post=event.by.post,
            right=event.right,
            at=event.at,
        )
        return {"instructions": (*state.instructions, given)}
    return {
        "instructions": tuple(
            one.model_copy(update={"responded_at": event.at})
            if one.number == event.instruction
            else one
            for one in state.instructions
        )
    }


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
