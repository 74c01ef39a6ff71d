"""Custody: to whom each working minute of a demand is charged, from its first assignment on.

A minute belongs to whoever holds the demand when it ends. During a pause that is the enterprise
(what the work waits for comes from outside), while a decision is awaited the bureau, while a part
is being done elsewhere the co-handling unit that was asked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from domain.clock import working_minutes
from domain.running import Charge
from domain.state import DemandState, holder
from domain.values import Role


class Custodian(NamedTuple):
    """Who is charged: a role, with the code and name of the unit, chain or enterprise."""

    role: Role
    code: str
    name: str


def custodian(state: DemandState) -> Custodian | None:
    """Who is charged for the time in this state, or None before assignment and after the end."""
    if state.assigned_at is None or not state.open:
        return None
    enterprise = Custodian(Role.ENTERPRISE, state.enterprise.uscc, state.enterprise.name)
    bureau = Custodian(Role.BUREAU, state.chain.code, state.chain.name)
    if state.pause is not None:
        return enterprise
    if state.extension is not None:
        return bureau  # only while a unit has it: a resolution takes the question back
    helper = next((part.unit for part in state.co_handlings if part.open), None)
    if helper is not None:
        return Custodian(Role.UNIT, helper.code, helper.name)
    turn = holder(state)
    if turn is not None and turn.role is Role.UNIT and state.unit is not None:
        return Custodian(Role.UNIT, state.unit.code, state.unit.name)
    return enterprise if turn is not None and turn.role is Role.ENTERPRISE else bureau


def charges(state: DemandState | None, at: datetime) -> tuple[Charge, ...]:
    """What the time since the state's last event is charged to, up to `at`; empty for nothing.

    Where the clock comes late to the end of a pause, the time since then is the holder's again.
    """
    if state is None:
        return ()
    if state.pause is None or not state.changed_at <= state.pause.until < at:
        return _charged(state, state.changed_at, at)
    ended = state.pause.until
    after = state.model_copy(update={"pause": None})
    return (*_charged(state, state.changed_at, ended), *_charged(after, ended, at))


def _charged(state: DemandState, since: datetime, at: datetime) -> tuple[Charge, ...]:
    found = custodian(state)
    if found is None or state.calendar is None:
        return ()
    minutes = working_minutes(since, at, state.calendar)
    if not minutes:
        return ()
    return (Charge(role=found.role, code=found.code, name=found.name, minutes=minutes),)


def summed(charged: Iterable[Charge]) -> tuple[Charge, ...]:
    """The charges, one for each custodian, in the order in which they first held it."""
    sums: dict[tuple[Role, str], Charge] = {}
    for charge in charged:
        key = charge.role, charge.code
        before = sums[key].minutes if key in sums else 0
        sums[key] = charge.model_copy(update={"minutes": before + charge.minutes})
    return tuple(sums.values())
