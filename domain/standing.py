"""Whether a demand stands so that an act is possible at all, whatever the command says.

`decide` asks this before it looks into the command, and `domain.open_acts` to know which buttons
to show: one rule for both. What depends on the command's own content stays in `decide`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never

from domain.actors import Actor
from domain.authority import CommandKind
from domain.calendar import Calendar
from domain.clock import deadline
from domain.deciding import require, require_running, said
from domain.duration import Duration, Measure
from domain.office_time import in_time
from domain.refusal import RefusalCode, Refused
from domain.rules import Clock, Rules
from domain.running import Running
from domain.state import CoHandling, DemandState
from domain.timekeeping import PAUSABLE
from domain.values import Status

TimedKind = Literal[
    "contact",
    "ask_extension",
    "grant_extension",
    "refuse_extension",
    "ask_co_handling",
    "accept_co_handling",
    "report_co_handling",
    "finish_co_handling",
    "instruct",
    "respond",
    "supervise",
    "adjudicate",
    "follow_up",
    "adopt_calendar",
]
"""What came with deadlines, and doesn't exist under a policy without."""

WORKING = (Status.ASSIGNED, Status.CLAIMED, Status.IN_PROGRESS)
_AT_WORK = (Status.CLAIMED, Status.IN_PROGRESS)
_LEAST = Duration(1, Measure.SECONDS)
"""The least that anybody can ask for."""


def require_standing(state: DemandState, kind: CommandKind, by: Actor, at: datetime) -> None:
    """Raise `Refused` where no command of that kind could be accepted now."""
    if kind == "list":
        raise Refused(RefusalCode.ALREADY_LISTED, demand=state.demand)
    if state.status.ended:
        raise Refused(RefusalCode.ENDED, status=state.status.value)
    match kind:
        case "amend" | "withdraw" | "supply_material":
            return
        case "reject":
            require(state, Status.LISTED)
        case "assign":
            require(state, Status.LISTED)
            if state.adjudicating:
                raise Refused(RefusalCode.ADJUDICATION_PENDING)
        case "reassign":
            require(state, *WORKING)
        case "claim":
            require(state, Status.ASSIGNED)
        case "return":
            _require_returnable(state, at)
        case "plan":
            if not state.reviewable:
                require(state, *_AT_WORK)
            require_running(state)
        case "hand":
            require(state, *_AT_WORK)
        case "report_progress" | "complete_milestone":
            require(state, Status.IN_PROGRESS)
            require_running(state)
        case "pause":
            require(state, *_AT_WORK)
            require_running(state)
            _require_pause_left(state)
        case "resume":
            if state.pause is None:
                raise Refused(RefusalCode.NOT_PAUSED)
        case "resolve":
            if not state.reviewable:
                require(state, Status.IN_PROGRESS)
            require_running(state)
        case "evaluate":
            _require_unevaluated(state)
        case _:
            _require_timed(state, kind, by, at)


def _require_timed(state: DemandState, kind: TimedKind, by: Actor, at: datetime) -> None:
    """The same for what came with deadlines."""
    rules, calendar = state.rules, state.calendar
    if rules is None or calendar is None:
        raise Refused(RefusalCode.NO_DEADLINES)
    match kind:
        case "contact":
            require(state, *WORKING)
        case "ask_extension":
            _require_extensible(state, rules, calendar, at)
        case "grant_extension" | "refuse_extension":
            if state.extension is None:
                raise Refused(RefusalCode.NO_EXTENSION_PENDING)
        case "ask_co_handling":
            require(state, *_AT_WORK)
            require_running(state)
        case "accept_co_handling":
            part = part_of(state, by)
            if part.accepted_at is not None:
                raise Refused(RefusalCode.CO_HANDLING_ACCEPTED, unit=part.unit.name)
        case "instruct":
            require(state, Status.LISTED, *WORKING)
        case "adjudicate":
            require(state, Status.LISTED)
            if not state.adjudicating:
                raise Refused(RefusalCode.NO_ADJUDICATION)
        case "follow_up":
            if not state.awaits_follow_up:
                raise Refused(RefusalCode.NO_FOLLOW_UP)
        case "adopt_calendar":
            if rules.office.never_closes:
                raise Refused(RefusalCode.CALENDAR_ADOPTED, calendar=calendar.version)
        case "report_co_handling" | "finish_co_handling" | "respond" | "supervise":
            return
        case _:
            assert_never(kind)


def part_of(state: DemandState, by: Actor) -> CoHandling:
    """The open part of the actor's unit: who has none has no right to this."""
    return next(p for p in state.co_handlings if p.open and p.unit.code == by.unit)


def _require_returnable(state: DemandState, at: datetime) -> None:
    require(state, Status.ASSIGNED)
    if state.ruled:
        raise Refused(RefusalCode.RETURN_BARRED)
    within = state.rules.returns.within if state.rules else None
    if within is None or state.calendar is None:
        return
    last = deadline(state.since, within, state.calendar).due
    if last is not None and at > last:
        raise Refused(RefusalCode.RETURN_TOO_LATE, until=said(last))


def _require_pause_left(state: DemandState) -> None:
    allowed = state.rules.pauses.at_most if state.rules and state.calendar else None
    if allowed is not None and len(state.pauses) >= allowed:
        raise Refused(RefusalCode.PAUSES_EXHAUSTED, at_most=str(allowed))


def _require_unevaluated(state: DemandState) -> None:
    require(state, Status.RESOLVED)
    assert state.resolution is not None
    if state.resolution.evaluated:
        raise Refused(RefusalCode.ALREADY_EVALUATED, score=str(state.resolution.score))


def _require_extensible(state: DemandState, rules: Rules, calendar: Calendar, at: datetime) -> None:
    require(state, *WORKING)
    require_running(state)
    running = to_extend(state)
    if state.extension is not None:
        raise Refused(RefusalCode.EXTENSION_PENDING)
    allowed = rules.extensions
    if state.extensions >= allowed.at_most:
        raise Refused(RefusalCode.EXTENSIONS_EXHAUSTED, at_most=str(allowed.at_most))
    late = running.due < at
    if late or (
        allowed.ask_before is not None
        and not in_time(at, allowed.ask_before, running.due, calendar)
    ):
        before = str(allowed.ask_before or "")
        raise Refused(RefusalCode.EXTENSION_TOO_LATE, due=said(running.due), before=before)
    require_within_longest(state, rules, calendar, _LEAST)


def to_extend(state: DemandState) -> Running:
    """The clock that an extension moves. Raises `Refused` where it doesn't run yet."""
    running = state.clock(Clock.RESOLVE)
    if running is None:  # the policy starts it with the plan
        require(state, Status.IN_PROGRESS)
    assert running is not None, "work in progress is to be resolved in time"
    return running


def require_within_longest(
    state: DemandState, rules: Rules, calendar: Calendar, more: Duration
) -> None:
    """Raise `Refused` where so much more time would go beyond the policy's longest."""
    longest = rules.extensions.longest
    if longest is None:
        return
    running = to_extend(state)
    pauses = state.pauses if running.clock in PAUSABLE else ()
    wanted = deadline(running.due, more, calendar, pauses).due
    last = deadline(running.start, longest, calendar, pauses).due
    if wanted is None or last is None or wanted > last:
        until = said(last) if last else ""
        raise Refused(RefusalCode.EXTENSION_TOO_LONG, until=until, longest=str(longest))
