"""What the ledger's rows say of an event and of a state: pure, for who writes and who checks.

Instants are texts as `values.instant_text` writes them; `state` is the state's JSON fields.
"""

from __future__ import annotations

from typing import Any

from domain.chain import Recorded, body_of
from domain.due import promised_by
from domain.state import DemandState, holder
from domain.timekeeping import earliest
from domain.values import instant_text


def event_row(recorded: Recorded, format_version: int) -> dict[str, Any]:
    """The columns of `events` for one event of a chain of that format."""
    event = recorded.event
    return {
        "demand": recorded.demand,
        "seq": recorded.seq,
        "kind": event.kind,
        "at": instant_text(event.at),
        "account": event.by.account,
        "command_id": recorded.command_id,
        "prev": recorded.prev,
        "hash": recorded.hash,
        "body": body_of(recorded, format_version),
    }


def current_row(last: Recorded, state: DemandState) -> dict[str, Any]:
    """The columns of `demands` after the event `last`, all but `contiguous`."""
    turn = holder(state)
    promised = promised_by(state)
    first = earliest(state)
    return {
        "demand": state.demand,
        "seq": last.seq,
        "hash": last.hash,
        "list_id": state.list_id,
        "number": number_of(state.demand),
        "status": state.status.value,
        "open": state.open,
        "chain": state.chain.code,
        "chain_name": state.chain.name,
        "enterprise": state.enterprise.uscc,
        "enterprise_name": state.enterprise.name,
        "category": state.category,
        "urgency": state.urgency.value,
        "text": state.text,
        "unit": state.unit.code if state.unit else None,
        "unit_name": state.unit.name if state.unit else None,
        "squad": state.squad.code if state.squad else None,
        "squad_name": state.squad.name if state.squad else None,
        "holder_role": turn.role.value if turn else None,
        "holder_code": turn.code if turn else None,
        "round": state.round,
        "returns": state.returns,
        "promised_by": instant_text(promised) if promised else None,
        "listed_at": instant_text(state.listed_at),
        "since": instant_text(state.since),
        "changed_at": instant_text(state.changed_at),
        "due_at": instant_text(first.due) if first else None,
        "due_clock": first.clock.value if first else None,
        "overdue": state.overdue,
        "calendar": state.calendar.version if state.calendar else None,
        "state": state.model_dump(mode="json"),
    }


def number_of(demand: str) -> int:
    """The number of a demand within its list: AN-2026Q4-017 is 17."""
    return int(demand.rpartition("-")[2])
