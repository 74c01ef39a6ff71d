"""The rows of the desk's ledger as shown; what time is left is reckoned for these alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from pydantic import TypeAdapter

from domain.actors import Actor
from domain.calendar import Calendar
from domain.deadline import Pause
from domain.remaining import left_of
from domain.running import Running
from domain.values import Role, Status
from ledger import demand_views
from ledger.pool import Pool
from runtime.text import text
from starter.clock_text import remaining_text
from web.demand_view import colour_of

_RUNNING = TypeAdapter(tuple[Running, ...])
_PAUSES = TypeAdapter(tuple[Pause, ...])
_calendars: dict[str, Calendar] = {}
"""By version, which changes whenever anything in a calendar does."""
_MOST_CALENDARS = 50


@dataclass(frozen=True)
class Row:
    """One demand in the table. `left` is empty where no deadline runs."""

    demand: str
    colour: str
    status: str
    status_css: str
    round: int
    clock: str
    due: datetime | None
    left: str
    urgency: str
    enterprise: str
    chain: str
    unit: str
    squad: str
    text: str
    category: str
    may_assign: bool


async def shown(
    pool: Pool, rows: Sequence[asyncpg.Record], actor: Actor, at: demand_views.Instants
) -> list[Row]:
    """What a page of the ledger shows."""
    running = [row["demand"] for row in rows if row["open"] and row["due_at"] is not None]
    clocks = await demand_views.clocks(pool, running)
    found = []
    for row in rows:
        left = ""
        if row["demand"] in clocks:
            calendar = await _calendar(pool, row)
            left = _left(calendar, *clocks[row["demand"]], at.now)
        found.append(_row(row, left, actor, at))
    return found


async def _calendar(pool: Pool, row: asyncpg.Record) -> Calendar:
    version = row["calendar"]
    if version not in _calendars:
        if len(_calendars) >= _MOST_CALENDARS:
            _calendars.clear()
        stored = await demand_views.calendar_of(pool, row["demand"])
        _calendars[version] = Calendar.model_validate_json(stored)
    return _calendars[version]


def _left(calendar: Calendar, running: str, pauses: str, now: datetime) -> str:
    clocks = _RUNNING.validate_json(running)
    first = min(clocks, key=lambda clock: clock.due, default=None)
    if first is None:
        return ""
    return remaining_text(left_of(first, calendar, _PAUSES.validate_json(pauses), now))


def _row(row: asyncpg.Record, left: str, actor: Actor, at: demand_views.Instants) -> Row:
    due = row["due_at"] if row["open"] else None
    return Row(
        demand=row["demand"],
        colour=colour_of(due, at.now, at.soon) if due else "none",
        status=text(f"word.{row['status']}"),
        status_css=_css(row),
        round=row["round"],
        clock=text(f"rules.name_{row['due_clock']}") if due else "",
        due=due,
        left=left,
        urgency=row["urgency"],
        enterprise=row["enterprise_name"],
        chain=row["chain_name"],
        unit=row["unit_name"] or "",
        squad=row["squad_name"] or "",
        text=row["text"],
        category=row["category"],
        may_assign=row["status"] == Status.LISTED and may_assign_in(actor, row["chain"]),
    )


def _css(row: asyncpg.Record) -> str:
    if not row["open"]:
        return "green" if row["status"] == Status.CLOSED else ""
    return "blue"


def may_assign_in(actor: Actor, chain: str) -> bool:
    """Whether there is any point in offering to assign; the command itself decides."""
    return actor.role is Role.BUREAU or chain in actor.secretary_of
