"""Plain reads of the ledger, for lists, tasks, status and audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from domain.actors import Actor
from domain.scope import EVERYTHING, Scope
from domain.state import DemandState
from domain.tasks import Task, by_urgency
from ledger.pool import Pool
from ledger.scopes import arguments_of
from ledger.sql import sql
from ledger.waiting import Waiting, states_of


@dataclass(frozen=True)
class DemandFilter:
    """Which demands a list shows; None leaves a filter open.

    `overdue_at` is the instant at which they are overdue, or break a promise; `due_by` the one by
    which their deadline is. `scope` is the reader's.
    """

    statuses: Sequence[str] | None = None
    chain: str | None = None
    unit: str | None = None
    squad: str | None = None
    list_id: str | None = None
    overdue_at: datetime | None = None
    due_by: datetime | None = None
    scope: Scope = EVERYTHING


@dataclass(frozen=True)
class StoredDemand:
    """Current state with its place in the chain."""

    seq: int
    hash: str
    contiguous: int
    state: DemandState


async def demands(
    pool: Pool,
    wanted: DemandFilter,
    limit: int = 200,
    after: tuple[str, int] | None = None,
    *,
    by_due: bool = False,
) -> list[asyncpg.Record]:
    """A page of current-state rows; `after` is (list_id, number) of the last.

    In list order, or with the deadline that comes first, or passed first, at the top.
    """
    return await pool.fetch(
        sql("demands_by_due" if by_due else "demands"),
        list(wanted.statuses) if wanted.statuses else None,
        wanted.chain,
        wanted.unit,
        wanted.squad,
        wanted.list_id,
        wanted.overdue_at,
        wanted.due_by,
        limit,
        *(after or (None, None)),
        *arguments_of(wanted.scope),
    )


async def demand(pool: Pool, demand_id: str) -> StoredDemand | None:
    """One demand as it is now."""
    row = await pool.fetchrow(sql("demand_state"), demand_id)
    if row is None:
        return None
    state = DemandState.model_validate_json(row["state"])
    return StoredDemand(row["seq"], row["hash"], row["contiguous"], state)


async def events(pool: Pool, demand_id: str) -> list[asyncpg.Record]:
    """The event rows of a demand as they are stored, in order; `body` is canonical JSON."""
    return await pool.fetch(sql("demand_events"), demand_id)


async def all_demand_ids(pool: Pool) -> list[str]:
    """Every demand that was ever reserved or recorded."""
    return [row["demand"] for row in await pool.fetch(sql("all_demand_ids"))]


async def tasks(pool: Pool, actor: Actor, now: datetime) -> list[tuple[Task, DemandState]]:
    """What waits for the actor, most urgent first, each with its demand."""
    waiting = await Waiting(pool).of(actor)
    found = await states_of(pool, {task.demand for task in waiting})
    return [(task, found[task.demand]) for task in by_urgency(waiting, now) if task.demand in found]


async def health(pool: Pool) -> dict[str, Any]:
    """Counts an operator wants to see: demands, events, gaps, intents, alarms, schema version."""
    row = await pool.fetchrow(sql("ledger_health"))
    counts = await pool.fetch(sql("count_by_status"))
    assert row is not None
    return dict(row) | {"by_status": {r["status"]: r["demands"] for r in counts}}


async def alarms(pool: Pool) -> list[asyncpg.Record]:
    """The newest alarms."""
    return await pool.fetch(sql("alarms"))


async def reserved_only(pool: Pool) -> list[asyncpg.Record]:
    """By list, how many demands were reserved and never recorded; running it again does it."""
    return await pool.fetch(sql("reserved_only"))
