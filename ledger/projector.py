"""Writes what happened into the ledger. The only writer of events and current state.

Used by the gateway (what an Update returned) and by the workflow's own activity (whatever is still
owed): the write is the same, idempotent and indifferent to order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import asyncpg

from domain.chain import Recorded, body_of
from domain.due import promised_by
from domain.state import DemandState, holder
from domain.values import instant_text
from ledger.pool import Pool
from ledger.sql import sql

_CONFLICT = "LB001"


class LedgerConflict(Exception):
    """The ledger holds another event under the same demand and seq. An alarm has been raised."""

    def __init__(self, demand: str, detail: dict[str, Any]) -> None:
        super().__init__(f"{demand}: event {detail.get('seq')} differs")
        self.demand = demand
        self.detail = detail


async def record(pool: Pool, events: Sequence[Recorded], state: DemandState) -> int:
    """Write the events and the state after the last of them; the ledger's contiguous seq.

    Raises `LedgerConflict`, after raising an alarm, where an event differs from a recorded one.
    """
    rows = json.dumps([_row(event, state.format) for event in events], ensure_ascii=False)
    current = json.dumps(_current(events[-1], state), ensure_ascii=False)
    try:
        contiguous = await pool.fetchval(sql("record"), rows, current)
    except asyncpg.PostgresError as error:
        if error.sqlstate != _CONFLICT:
            raise
        detail = json.loads(error.detail or "{}")
        await pool.execute(
            sql("raise_alarm"),
            state.demand,
            int(detail.get("seq", 0)),
            "event_conflict",
            json.dumps(detail),
        )
        raise LedgerConflict(state.demand, detail) from error
    return int(contiguous)


def _row(recorded: Recorded, format_version: int) -> dict[str, Any]:
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


def _current(last: Recorded, state: DemandState) -> dict[str, Any]:
    turn = holder(state)
    promised = promised_by(state)
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
        "state": state.model_dump(mode="json"),
    }


def number_of(demand: str) -> int:
    """The number of a demand within its list: AN-2026Q4-017 is 17."""
    return int(demand.rpartition("-")[2])
