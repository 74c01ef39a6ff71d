"""Writes what happened into the ledger. The only writer of events and current state.

Used by the gateway (what an Update returned) and by the workflow's own activity (whatever is still
owed): the write is the same, idempotent and indifferent to order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import asyncpg

from domain.chain import Recorded
from domain.state import DemandState
from ledger.initials import initials_of
from ledger.pool import Pool
from ledger.rows import current_row, event_row
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
    rows = json.dumps([event_row(event, state.format) for event in events], ensure_ascii=False)
    written = initials_of(state.enterprise.name, state.text)
    row = current_row(events[-1], state) | {"initials": written}
    current = json.dumps(row, ensure_ascii=False)
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
