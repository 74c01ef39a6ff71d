"""What the parts of `decide` share: the requirements, and what follows an evaluation."""

from __future__ import annotations

from datetime import datetime, time

from domain import events as e
from domain import follow_up
from domain.actors import Actor
from domain.calendar import ONE_DAY, PARK_TIME
from domain.policy import dissatisfied_at_most
from domain.refusal import RefusalCode, Refused
from domain.state import DemandState
from domain.values import Right, Status

Events = tuple[e.Event, ...]


def said(instant: datetime) -> str:
    """An instant in a refusal; midnight is 24:00 of the day that it ends, as people type it."""
    local = instant.astimezone(PARK_TIME)
    if local.time() == time():
        return f"{local - ONE_DAY:%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def require(state: DemandState, *allowed: Status) -> None:
    """Raise `Refused` unless the demand stands in one of these."""
    if state.status not in allowed:
        raise Refused(
            RefusalCode.WRONG_STATUS,
            status=state.status.value,
            allowed=",".join(status.value for status in allowed),
        )


def require_running(state: DemandState) -> None:
    """Raise `Refused` while the work is paused."""
    if state.pause is not None:
        raise Refused(RefusalCode.PAUSED, reason=state.pause.reason)


def require_call_note(right: Right, call_note: str) -> None:
    """Raise `Refused` where somebody speaks for the enterprise without a note of the call."""
    if right is Right.ON_BEHALF and not call_note:
        raise Refused(RefusalCode.CALL_NOTE_MISSING)


def conclusion(
    state: DemandState, score: int, by: Actor, right: Right, at: datetime, asked_again: bool = False
) -> Events:
    """What follows an evaluation of a resolved demand.

    A dissatisfied word reopens, or, in the last round that the policy allows, takes the demand to
    the bureau. A satisfied one closes, except "not now", which stays open, and those that the
    bureau is to ask about again (`asked_again`: it has).
    """
    if score <= dissatisfied_at_most(state.policy):
        return (_again(state, by, right, at),)
    if state.reviewable or (not asked_again and follow_up.wanted(state)):
        return ()
    return (e.Closed(at=at, by=by, right=right),)


def _again(state: DemandState, by: Actor, right: Right, at: datetime) -> e.Event:
    if state.rules is not None and state.round >= state.rules.evaluation.rounds:
        return e.AdjudicationConvened(
            at=at, by=by, right=right, cause="rounds", round=state.round + 1
        )
    return e.Reopened(at=at, by=by, right=right, round=state.round + 1)
