"""What an enterprise reads of its demand's events: a positive list of kinds and of fields.

Whatever isn't named here stays inside: reasons that units give each other, instructions, rulings,
reports of the work, chasers, and every account's name. A kind of event that comes later is hidden
until somebody names it.
"""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.duration import Written
from domain.state import DemandState, Plan
from domain.values import Instant, Outcome, Role, Status, Value

STAGES = ("received", "arranged", "working", "word", "done")
"""The way as an enterprise sees it: received, a unit found, worked on, one's own word, finished."""


class PublicEvent(Value):
    """A happening as the enterprise reads it; `what` names its sentence.

    `unit` and `squad` are names. `text` is what was written for the enterprise, or by it. `through`
    says of its own word who gave it: itself, the bureau after a call, or the clock for its silence.
    `titles` are milestones', or the names of its own files.
    """

    seq: int = 0
    what: str
    at: Instant
    unit: str = ""
    squad: str = ""
    text: str = ""
    titles: tuple[str, ...] = ()
    outcome: Outcome | None = None
    score: int | None = None
    round: int | None = None
    until: Instant | None = None
    review_on: date | None = None
    more: Written | None = None
    through: Role | None = None


def public_event(event: e.Event, plan: Plan | None, seq: int = 0) -> PublicEvent | None:
    """What the enterprise may read of an event, or None; `plan` has the milestones' titles."""
    shown = _shown(event, plan)
    return None if shown is None else shown.model_copy(update={"seq": seq})


def _shown(event: e.Event, plan: Plan | None) -> PublicEvent | None:
    match event:
        case e.Listed() | e.Resumed() | e.Closed() | e.Contacted() | e.FollowedUp():
            return PublicEvent(what=event.kind, at=event.at)
        case e.Assigned() | e.Reassigned() | e.Ruled():
            squad = event.squad.name if event.squad else ""
            what = "assigned" if event.kind == "assigned" else "reassigned"
            return PublicEvent(what=what, at=event.at, unit=event.unit.name, squad=squad)
        case e.Claimed():
            squad = event.squad.name if event.squad else ""
            return PublicEvent(what="claimed", at=event.at, squad=squad)
        case e.Returned():
            return PublicEvent(what="returned", at=event.at)
        case e.Planned():
            titles = tuple(one.title for one in event.milestones)
            return PublicEvent(what="planned", at=event.at, titles=titles)
        case e.MilestoneCompleted():
            titles = _title(event.milestone, plan)
            return PublicEvent(what="milestone_completed", at=event.at, titles=titles)
        case e.Paused():
            return PublicEvent(what="paused", at=event.at, until=event.until)
        case e.ExtensionGranted():
            return PublicEvent(what="extension_granted", at=event.at, more=event.more)
        case e.CoHandlingAccepted() | e.CoHandlingFinished():
            return PublicEvent(what=event.kind, at=event.at, unit=event.unit.name)
        case e.Reopened():
            return PublicEvent(what="reopened", at=event.at, round=event.round)
        case e.Rejected():
            return PublicEvent(what="rejected", at=event.at, text=event.reason)
        case e.Resolved():
            return PublicEvent(
                what="resolved",
                at=event.at,
                text=event.text,
                outcome=event.outcome,
                review_on=event.review_on,
            )
        case _:
            return _own(event)


def _own(event: e.Event) -> PublicEvent | None:
    """What the enterprise said itself."""
    through = event.by.role
    match event:
        case e.Evaluated():
            text, score = event.comment, event.score
            return PublicEvent(
                what="evaluated", at=event.at, text=text, score=score, through=through
            )
        case e.Withdrawn():
            return PublicEvent(what="withdrawn", at=event.at, text=event.reason, through=through)
        case e.MaterialSupplied():
            names = tuple(one.name for one in event.attachments)
            return PublicEvent(
                what="material_supplied",
                at=event.at,
                text=event.text,
                titles=names,
                through=through,
            )
        case _:
            return None


def _title(number: int, plan: Plan | None) -> tuple[str, ...]:
    milestones = plan.milestones if plan else ()
    return tuple(one.title for one in milestones if one.number == number)


def stage(state: DemandState) -> int:
    """Where on the way (`STAGES`) the demand is; past the last one when all is done."""
    match state.status:
        case Status.LISTED:
            return 1
        case Status.ASSIGNED | Status.CLAIMED | Status.IN_PROGRESS:
            return 2
        case Status.RESOLVED:
            spoken = state.resolution is not None and state.resolution.score is not None
            return 4 if spoken and not state.reviewable else 2 if spoken else 3
        case _:
            return len(STAGES)
