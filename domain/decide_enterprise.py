"""The part of `decide` that is the enterprise's word, or the bureau's record of it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain import commands as c
from domain import events as e
from domain.deciding import Events, conclusion, require_call_note
from domain.refusal import RefusalCode, Refused
from domain.state import DemandState
from domain.values import Right

EnterpriseCommand = c.Evaluate | c.Withdraw | c.SupplyMaterial


def decide_enterprise(
    state: DemandState, command: EnterpriseCommand, right: Right, at: datetime
) -> Events:
    """The events of such a command. Raises `Refused`."""
    match command:
        case c.Evaluate():
            return _evaluate(state, command, right, at)
        case c.Withdraw():
            return _withdraw(command, right, at)
        case c.SupplyMaterial():
            return _supply_material(command, right, at)
        case _:
            assert_never(command)


def _evaluate(state: DemandState, command: c.Evaluate, right: Right, at: datetime) -> Events:
    require_call_note(right, command.call_note)
    evaluated = e.Evaluated(
        at=at,
        by=command.by,
        right=right,
        score=command.score,
        comment=command.comment,
        call_note=command.call_note if right is Right.ON_BEHALF else "",
    )
    return evaluated, *conclusion(state, command.score, command.by, right, at)


def _withdraw(command: c.Withdraw, right: Right, at: datetime) -> Events:
    require_call_note(right, command.call_note)
    return (
        e.Withdrawn(
            at=at,
            by=command.by,
            right=right,
            reason=command.reason,
            call_note=command.call_note if right is Right.ON_BEHALF else "",
        ),
    )


def _supply_material(command: c.SupplyMaterial, right: Right, at: datetime) -> Events:
    """While the demand is open, whatever its status, also during a pause: it may wait for this."""
    require_call_note(right, command.call_note)
    if not command.text and not command.attachments:
        raise Refused(RefusalCode.NOTHING_SUPPLIED)
    return (
        e.MaterialSupplied(
            at=at,
            by=command.by,
            right=right,
            text=command.text,
            attachments=command.attachments,
            call_note=command.call_note if right is Right.ON_BEHALF else "",
        ),
    )
