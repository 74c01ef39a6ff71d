"""Whom to tell of an event: decided here, kept in the event, delivered by the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, assert_never

from domain import events as e
from domain.notice import Notice
from domain.office_time import disturb_from
from domain.rules import Clock, Recipient
from domain.running import ClockChange, Doing, Fate
from domain.state import DemandState
from domain.values import Right, Role

BUREAUS = frozenset({Clock.ASSIGN, Clock.DECIDE, Clock.FOLLOW_UP})
"""The clocks that the bureau itself must meet."""


class _Told(NamedTuple):
    recipient: Recipient
    code: str = ""
    copy_to: bool = False


BUREAU = _Told(Recipient.BUREAU)


def notices(before: DemandState | None, after: DemandState, event: e.Event) -> tuple[Notice, ...]:
    """Who is told of the event, each once, and from when on they may be disturbed.

    Empty under a policy without deadlines. Where nobody it names exists (no squad, no unit yet),
    the bureau is told in their place: nothing is told to nobody.
    """
    rules, calendar = after.rules, after.calendar
    if rules is None or calendar is None:
        return ()
    wanted = list(_told(before, after, event))
    if not wanted:
        return ()
    found = [one for one in wanted if one is not None] or [BUREAU]
    not_before = _not_before(after, event.at)
    told: dict[tuple[Recipient, str], Notice] = {}
    for recipient, code, copy_to in found:
        told.setdefault(
            (recipient, code),
            Notice(recipient=recipient, code=code, copy_to=copy_to, not_before=not_before),
        )
    return tuple(told.values())


def _not_before(state: DemandState, at: datetime) -> datetime:
    assert state.rules is not None
    assert state.calendar is not None
    messages = state.rules.messages
    if state.urgency in messages.any_time_for:
        return at
    return disturb_from(at, messages.hours, state.calendar)


def _told(before: DemandState | None, after: DemandState, event: e.Event) -> Iterator[_Told | None]:
    unit, squad = _unit(after), _squad(after)
    match event:
        case e.Assigned() | e.Ruled():
            yield from (unit, squad)
        case e.Reassigned():
            yield from (unit, squad)
            yield _Told(Recipient.UNIT, event.previous_unit.code, copy_to=True)
            yield from _helpers(before)
        case e.Returned() | e.ExtensionAsked():
            yield BUREAU
        case e.AdjudicationConvened():
            yield BUREAU
            yield _Told(Recipient.SECRETARY_UNIT, after.chain.code, copy_to=True)
        case e.Handed():
            yield _Told(Recipient.HANDLER, event.to.account)
        case e.ExtensionGranted() | e.ExtensionRefused() | e.Closed() | e.CoHandlingFinished():
            yield unit
        case e.CoHandlingAsked():
            yield _Told(Recipient.CO_HANDLER, event.unit.code)
        case e.Instructed():
            yield unit or BUREAU
            yield squad
        case e.Responded():
            yield from _instructors(after, event)
        case e.Reopened():
            yield from (unit, squad)
            yield BUREAU._replace(copy_to=True)
        case e.Resumed():
            if event.by.role is Role.CLOCK:
                yield from (unit, squad)
        case e.Resolved() | e.Rejected():
            yield _Told(Recipient.ENTERPRISE, after.enterprise.uscc)
            yield from _helpers(before)
        case e.Withdrawn():
            yield unit
            yield from _helpers(before)
        case e.MaterialSupplied():
            yield from _workers(after)
        case e.Amended() | e.CalendarAdopted():
            if any(_due_moved(before, change) for change in event.clocks):
                yield unit or BUREAU
        case e.OverdueWithdrawn():
            yield from _responsible(after, event.clock, event.subject)
        case e.Reminded() | e.BecameOverdue() | e.Chased() | e.Escalated() | e.Criticised():
            yield from _by_the_clock(after, event)
        case e.Supervised():
            yield from _supervised(after, event)
        case (
            e.Listed()
            | e.Claimed()
            | e.Planned()
            | e.ProgressReported()
            | e.MilestoneCompleted()
            | e.Paused()
            | e.Evaluated()
            | e.FollowedUp()
            | e.Contacted()
            | e.CoHandlingAccepted()
            | e.CoHandlingReported()
        ):
            return
        case _:
            assert_never(event)


def _helpers(before: DemandState | None) -> Iterator[_Told]:
    """The co-handling units whose parts the event ends."""
    for part in before.co_handlings if before else ():
        if part.open:
            yield _Told(Recipient.CO_HANDLER, part.unit.code, copy_to=True)


def _workers(state: DemandState) -> Iterator[_Told | None]:
    """Whoever is at it: the unit, and the member or squad that does the work for it."""
    yield _unit(state) or BUREAU
    if state.member is not None:
        yield _Told(Recipient.HANDLER, state.member.account)
    else:
        yield _squad(state)


def _due_moved(before: DemandState | None, change: ClockChange) -> bool:
    old = before.clock(*change.running.key) if before else None
    return change.fate is Fate.MOVED and (old is None or old.due != change.running.due)


def _by_the_clock(
    state: DemandState,
    event: e.Reminded | e.BecameOverdue | e.Chased | e.Escalated | e.Criticised,
) -> Iterator[_Told | None]:
    rules = state.rules
    assert rules is not None
    match event:
        case e.BecameOverdue():
            at_once = set(_told_at_once(state, event))
            responsible = _responsible(state, event.clock, event.subject)
            yield from (one for one in responsible if one not in at_once)
        case e.Reminded():
            to = rules.reminders[event.number].to
            if to:
                yield from _all(state, event.subject, to)
            else:
                yield from _responsible(state, event.clock, event.subject)
        case _:
            yield from _of_rung(state, event.subject, event.number)


def _told_at_once(state: DemandState, event: e.BecameOverdue) -> Iterator[_Told | None]:
    """Whom the rungs at the due instant tell anyway: once is enough."""
    running = state.clock(event.clock, event.subject)
    for one in running.agenda if running else ():
        if one.at <= event.planned and one.doing is Doing.CLIMB:
            yield from _of_rung(state, event.subject, one.number)


def _supervised(state: DemandState, event: e.Supervised) -> Iterator[_Told | None]:
    if event.clock is None or event.number is None:
        yield _unit(state) or BUREAU
        yield _squad(state)
        yield _Told(Recipient.SECRETARY_UNIT, state.chain.code, copy_to=True)
        return
    yield from _of_rung(state, event.subject, event.number)


def _of_rung(state: DemandState, subject: str, number: int) -> Iterator[_Told | None]:
    assert state.rules is not None
    rung = state.rules.ladder[number]
    yield from _all(state, subject, rung.to)
    for one in _all(state, subject, rung.copy_to):
        yield one._replace(copy_to=True) if one is not None else None


def _all(state: DemandState, subject: str, to: tuple[Recipient, ...]) -> Iterator[_Told | None]:
    for recipient in to:
        yield from _one(state, subject, recipient)


def _one(state: DemandState, subject: str, recipient: Recipient) -> Iterator[_Told | None]:
    match recipient:
        case Recipient.UNIT:
            yield _unit(state)
        case Recipient.SQUAD:
            yield _squad(state)
        case Recipient.HANDLER:
            yield _Told(recipient, state.handler.account) if state.handler else _unit(state)
        case Recipient.UNIT_LEADER:
            yield _Told(recipient, state.unit.code) if state.unit else None
        case Recipient.CO_HANDLER:
            for part in state.co_handlings:
                if part.open and subject in ("", part.unit.code):
                    yield _Told(recipient, part.unit.code)
        case Recipient.SECRETARY_UNIT | Recipient.CHAIN_LEADER:
            yield _Told(recipient, state.chain.code)
        case Recipient.COMMITTEE | Recipient.SUPERVISION | Recipient.BUREAU:
            yield _Told(recipient)
        case Recipient.ENTERPRISE:
            yield _Told(recipient, state.enterprise.uscc)
        case _:
            assert_never(recipient)


def _responsible(state: DemandState, clock: Clock, subject: str) -> Iterator[_Told | None]:
    """Who must meet this clock."""
    if clock in BUREAUS:
        yield BUREAU
    elif clock is Clock.CO_HANDLE:
        yield _Told(Recipient.CO_HANDLER, subject)
    elif clock is Clock.EVALUATE:
        yield _Told(Recipient.ENTERPRISE, state.enterprise.uscc)
    else:
        yield _unit(state) or BUREAU
        if clock is Clock.PROGRESS:
            yield _squad(state)


def _instructors(state: DemandState, event: e.Responded) -> Iterator[_Told]:
    given = next(one for one in state.instructions if one.number == event.instruction)
    if given.right is Right.CHAIN_LEADER:
        yield _Told(Recipient.CHAIN_LEADER, state.chain.code)
    else:
        yield _Told(Recipient.COMMITTEE)


def _unit(state: DemandState) -> _Told | None:
    return _Told(Recipient.UNIT, state.unit.code) if state.unit else None


def _squad(state: DemandState) -> _Told | None:
    return _Told(Recipient.SQUAD, state.squad.code) if state.squad else None
