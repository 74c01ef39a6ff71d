"""The part of `decide` that came with deadlines: more time, help, leaders, rulings, calendars.

None of it exists for demands that began under a policy without deadlines.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain import commands as c
from domain import events as e
from domain.calendar import Calendar
from domain.deciding import Events, conclusion
from domain.refusal import RefusalCode, Refused
from domain.rules import Rules
from domain.standing import part_of, require_within_longest
from domain.state import DemandState
from domain.values import Right

TimeCommand = (
    c.ContactEnterprise
    | c.AskExtension
    | c.GrantExtension
    | c.RefuseExtension
    | c.AskCoHandling
    | c.AcceptCoHandling
    | c.ReportCoHandling
    | c.FinishCoHandling
    | c.Instruct
    | c.Respond
    | c.Supervise
    | c.Adjudicate
    | c.FollowUp
    | c.AdoptCalendar
)


def decide_time(state: DemandState, command: TimeCommand, right: Right, at: datetime) -> Events:
    """The events of such a command. Raises `Refused`."""
    rules, calendar = state.rules, state.calendar
    assert rules is not None, "nothing of this stands without deadlines"
    assert calendar is not None
    match command:
        case c.ContactEnterprise():
            return (
                e.Contacted(
                    at=at, by=command.by, right=right, note=command.note, answers=command.answers
                ),
            )
        case c.AskExtension():
            return _ask_extension(state, rules, calendar, command, right, at)
        case c.GrantExtension() | c.RefuseExtension():
            return _decide_extension(state, command, right, at)
        case c.AskCoHandling():
            return _ask_co_handling(state, command, right, at)
        case c.AcceptCoHandling() | c.ReportCoHandling() | c.FinishCoHandling():
            return _co_handle(state, command, right, at)
        case c.Instruct():
            number = len(state.instructions) + 1
            return (
                e.Instructed(
                    at=at, by=command.by, right=right, instruction=number, text=command.text
                ),
            )
        case c.Respond():
            return _respond(state, command, right, at)
        case c.Supervise():
            slip = len(state.supervisions) + 1
            return (
                e.Supervised(at=at, by=command.by, right=right, slip=slip, reason=command.reason),
            )
        case c.Adjudicate():
            return _adjudicate(state, command, right, at)
        case c.FollowUp():
            return _follow_up(state, rules, command, right, at)
        case c.AdoptCalendar():
            return _adopt_calendar(rules, calendar, command, right, at)
        case _:
            assert_never(command)


def _ask_extension(
    state: DemandState,
    rules: Rules,
    calendar: Calendar,
    command: c.AskExtension,
    right: Right,
    at: datetime,
) -> Events:
    require_within_longest(state, rules, calendar, command.more)
    return (
        e.ExtensionAsked(
            at=at, by=command.by, right=right, more=command.more, reason=command.reason
        ),
    )


def _decide_extension(
    state: DemandState,
    command: c.GrantExtension | c.RefuseExtension,
    right: Right,
    at: datetime,
) -> Events:
    assert state.extension is not None
    if isinstance(command, c.RefuseExtension):
        refused = e.ExtensionRefused(at=at, by=command.by, right=right, reason=command.reason)
        return (refused,)
    return (
        e.ExtensionGranted(
            at=at, by=command.by, right=right, more=state.extension.more, note=command.note
        ),
    )


def _ask_co_handling(
    state: DemandState, command: c.AskCoHandling, right: Right, at: datetime
) -> Events:
    assert state.unit is not None
    if command.unit.code == state.unit.code:
        raise Refused(RefusalCode.CO_HANDLER_IS_LEAD, unit=command.unit.name)
    if any(part.open and part.unit.code == command.unit.code for part in state.co_handlings):
        raise Refused(RefusalCode.CO_HANDLING_OPEN, unit=command.unit.name)
    return (
        e.CoHandlingAsked(
            at=at, by=command.by, right=right, unit=command.unit, request=command.request
        ),
    )


def _co_handle(
    state: DemandState,
    command: c.AcceptCoHandling | c.ReportCoHandling | c.FinishCoHandling,
    right: Right,
    at: datetime,
) -> Events:
    part = part_of(state, command.by)
    match command:
        case c.AcceptCoHandling():
            accepted = e.CoHandlingAccepted(
                at=at, by=command.by, right=right, unit=part.unit, note=command.note
            )
            return (accepted,)
        case c.ReportCoHandling():
            reported = e.CoHandlingReported(
                at=at,
                by=command.by,
                right=right,
                unit=part.unit,
                text=command.text,
                attachments=command.attachments,
            )
            return (reported,)
        case c.FinishCoHandling():
            finished = e.CoHandlingFinished(
                at=at,
                by=command.by,
                right=right,
                unit=part.unit,
                text=command.text,
                attachments=command.attachments,
            )
            return (finished,)
        case _:
            assert_never(command)


def _respond(state: DemandState, command: c.Respond, right: Right, at: datetime) -> Events:
    given = next((one for one in state.instructions if one.number == command.instruction), None)
    if given is None:
        raise Refused(RefusalCode.UNKNOWN_INSTRUCTION, instruction=str(command.instruction))
    if given.responded_at is not None:
        raise Refused(RefusalCode.INSTRUCTION_ANSWERED, instruction=str(command.instruction))
    return (
        e.Responded(
            at=at,
            by=command.by,
            right=right,
            instruction=command.instruction,
            text=command.text,
        ),
    )


def _adjudicate(state: DemandState, command: c.Adjudicate, right: Right, at: datetime) -> Events:
    return (
        e.Ruled(
            at=at,
            by=command.by,
            right=right,
            category=state.category,
            unit=command.unit,
            squad=command.squad,
            ruling=command.ruling,
            legal_basis=command.legal_basis,
        ),
    )


def _follow_up(
    state: DemandState, rules: Rules, command: c.FollowUp, right: Right, at: datetime
) -> Events:
    followed = e.FollowedUp(
        at=at, by=command.by, right=right, text=command.text, satisfied=command.satisfied
    )
    score = 5 if command.satisfied else rules.evaluation.dissatisfied_at_most
    return followed, *conclusion(state, score, command.by, right, at, asked_again=True)


def _adopt_calendar(
    rules: Rules, calendar: Calendar, command: c.AdoptCalendar, right: Right, at: datetime
) -> Events:
    if command.calendar.version == calendar.version:
        raise Refused(RefusalCode.CALENDAR_ADOPTED, calendar=calendar.version)
    return (e.CalendarAdopted(at=at, by=command.by, right=right, calendar=command.calendar),)
