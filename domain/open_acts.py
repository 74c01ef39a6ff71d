"""What somebody may do to a demand now: the buttons of a page, the next step first.

Right (`domain.authority`) and standing (`domain.standing`) are those that `decide` asks, so a
button that is shown can be pressed with success, and what is not shown would be refused.
"""

from __future__ import annotations

from datetime import datetime

from domain.actors import Actor
from domain.authority import CommandKind, right_to
from domain.refusal import Refused
from domain.standing import require_standing
from domain.state import DemandState
from domain.values import Right, Status

_ORDER: tuple[CommandKind, ...] = (
    # what others wait for
    *("adjudicate", "assign", "grant_extension", "refuse_extension", "follow_up"),
    *("claim", "return", "resume", "accept_co_handling", "respond", "instruct", "evaluate"),
    # the work
    *("report_progress", "complete_milestone", "resolve"),
    *("report_co_handling", "finish_co_handling", "hand", "contact"),
    *("ask_co_handling", "pause", "ask_extension", "plan"),
    # what is done now and then
    *("supervise", "reassign", "amend", "supply_material", "withdraw", "reject", "adopt_calendar"),
)


def open_acts(actor: Actor, state: DemandState | None, at: datetime) -> tuple[CommandKind, ...]:
    """The kinds of command that the actor may give at that instant, in the order of their buttons.

    `state` is None before the listing. As with `decide`, the clock has had its turn before.
    Whether there is anybody else to hand or reassign it to is the directory's to know.
    """
    if state is None:
        return ("list",) if right_to(actor, "list", None) else ()
    if state.status.ended:
        return ()
    return tuple(kind for kind in _in_order(actor, state) if _open(actor, kind, state, at))


def _open(actor: Actor, kind: CommandKind, state: DemandState, at: datetime) -> bool:
    if right_to(actor, kind, state) is None or not _has_choice(state, kind):
        return False
    try:
        require_standing(state, kind, actor, at)
    except Refused:
        return False
    return True


def _has_choice(state: DemandState, kind: CommandKind) -> bool:
    """Whether there is one of those that the command names by its number."""
    match kind:
        case "complete_milestone":
            return bool(state.open_milestones)
        case "respond":
            return bool(state.unanswered)
        case _:
            return True


def _in_order(actor: Actor, state: DemandState) -> tuple[CommandKind, ...]:
    """The usual order, with the demand's own next step before what else may be done."""
    usual = [*_ORDER]
    if state.unit is not None and right_to(actor, "respond", state) is Right.BUREAU:
        usual.remove("respond")  # the unit's to do, and the bureau's only in its stead
        usual.insert(usual.index("supervise") + 1, "respond")
    return tuple(dict.fromkeys((*_next_steps(actor, state), *usual)))


def _next_steps(actor: Actor, state: DemandState) -> tuple[CommandKind, ...]:
    """What comes first in this very state, though it is usually further down."""
    if state.status is Status.CLAIMED:
        return ("resume", "respond", "plan") if _leads(actor, state) else ()
    if state.reviewable and state.resolution and state.resolution.evaluated:
        return ("plan", "resolve")
    if state.status is not Status.IN_PROGRESS:
        return ()
    if right_to(actor, "hand", state) is Right.SQUAD_CAPTAIN and state.member is None:
        return ("hand",)
    all_done = state.plan is not None and state.plan.milestones and not state.open_milestones
    return ("resume", "respond", "resolve") if all_done and _leads(actor, state) else ()


def _leads(actor: Actor, state: DemandState) -> bool:
    return right_to(actor, "plan", state) is not None
