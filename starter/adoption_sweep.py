"""Every open demand gets the calendar that counts now, by a command of its own.

Each step is safe to repeat: the ledger says which demands have another calendar, and the id of
each command is made of the demand and the calendar's version, so that a repeat is the same command.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg

from domain import events as e
from domain.actors import Actor
from domain.calendar import PARK_TIME, Calendar, never_closing
from domain.commands import AdoptCalendar
from domain.decide import decide
from domain.refusal import RefusalCode, Refused
from domain.rules import Clock
from domain.running import Fate
from domain.state import DemandState
from domain.values import Role
from ledger import reads
from ledger.sql import sql
from starter.calendar_in_force import Tables
from starter.connections import Connections, of_ledger
from starter.errors import CommandRefused, Failure, LianbanError, SystemUnreachable, Unconfirmed
from workflows.contracts import COMMAND_ID_REUSED

Progress = Callable[[int, int], None]

AT_ONCE = 16
_COMMAND_IDS = uuid.UUID("6c69616e-6261-6e00-8000-63616c656e64")

_DONE = (
    RefusalCode.CALENDAR_ADOPTED.value,
    RefusalCode.ENDED.value,
    RefusalCode.NO_DEADLINES.value,
    COMMAND_ID_REUSED,  # the same adoption in another account's name
)
"""Refusals that mean that nothing is left to do for this demand."""


@dataclass(frozen=True)
class Moved:
    """A deadline that the adoption moved; `withdrawn` where it had been overdue and is no more."""

    demand: str
    clock: Clock
    subject: str
    before: datetime | None
    after: datetime
    withdrawn: bool


@dataclass
class Swept:
    """What came of the open demands. `already` had the calendar before, `left` were not tried."""

    already: int = 0
    adopted: list[str] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    left: int = 0


async def sweep(
    to: Connections,
    by: Actor,
    tables: Tables,
    progress: Progress = lambda done, total: None,
    only: Sequence[str] | None = None,
) -> Swept:
    """Bring every open demand (or `only` these) to what counts now, until none is left.

    What was listed meanwhile is found by looking again. Raises `SystemUnreachable` where the
    ledger can't be read; a server that goes away later leaves the rest for another time.
    """
    swept, tried, targets = Swept(), set[str](), _Targets(tables)
    while not swept.left:
        rows = await _open_demands(to, only)
        others = [row for row in rows if targets.of(row).version != row["calendar"]]
        if not tried:
            swept.already = len(rows) - len(others)
        fresh = [row for row in others if row["demand"] not in tried]
        if not fresh:
            break
        tried |= {row["demand"] for row in fresh}
        await _pass(to, by, targets, fresh, swept, progress)
    swept.adopted.sort()
    swept.moved.sort(key=_order)
    return swept


async def foresee(
    to: Connections,
    by: Actor,
    tables: Tables,
    progress: Progress = lambda done, total: None,
) -> Swept:
    """What `sweep` would move, were it to run now: decided on the stored states, and not sent."""
    swept, targets, now = Swept(), _Targets(tables), datetime.now(UTC)
    rows = await _open_demands(to, None)
    for done, row in enumerate(rows, start=1):
        demand, calendar = row["demand"], targets.of(row)
        if calendar.version == row["calendar"]:
            swept.already += 1
        elif (stored := await _stored(to, demand)) is not None:
            try:
                events = decide(stored, AdoptCalendar(by=by, calendar=calendar), now)
            except Refused:
                continue
            swept.adopted.append(demand)
            swept.moved += _moved(demand, stored, events)
        progress(done, len(rows))
    swept.moved.sort(key=_order)
    return swept


def command_id_of(demand: str, version: str) -> str:
    """The id of the one command that brings this calendar to this demand."""
    return str(uuid.uuid5(_COMMAND_IDS, f"{demand} {version}"))


async def _open_demands(to: Connections, only: Sequence[str] | None) -> list[asyncpg.Record]:
    some = list(only) if only is not None else None
    version = never_closing().version
    return await of_ledger(to, lambda: to.pool.fetch(sql("by_calendar"), version, some))


class _Targets:
    """The calendar that each demand is to have, made once for each year of listing."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._made: dict[int, Calendar] = {}

    def of(self, row: asyncpg.Record) -> Calendar:
        """The calendar of that demand."""
        listed_at: datetime = row["listed_at"]
        year = listed_at.astimezone(PARK_TIME).year
        if year not in self._made:
            self._made[year] = self._tables.calendar(year)
        return self._made[year]


async def _pass(
    to: Connections,
    by: Actor,
    targets: _Targets,
    rows: Sequence[asyncpg.Record],
    swept: Swept,
    progress: Progress,
) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    away = asyncio.Event()
    done = 0

    async def settle(row: asyncpg.Record) -> None:
        nonlocal done
        async with gate:
            if away.is_set():
                swept.left += 1
                return
            try:
                await _give(to, by, targets, row, swept)
            except (SystemUnreachable, Unconfirmed) as error:
                away.set()
                swept.failed.append(Failure(row["demand"], error))
            except LianbanError as error:
                swept.failed.append(Failure(row["demand"], error))
        done += 1
        progress(done, len(rows))

    await asyncio.gather(*(settle(row) for row in rows))


async def _give(
    to: Connections, by: Actor, targets: _Targets, row: asyncpg.Record, swept: Swept
) -> None:
    demand, calendar = row["demand"], targets.of(row)
    stored = await _stored(to, demand)
    # An account's rights are looked up again with each command; an operator is in no directory.
    who = by if by.role is Role.OPERATOR else by.account
    command_id = command_id_of(demand, calendar.version)
    fields = {"calendar": calendar}
    try:
        accepted = await to.gateway.act(demand, who, "adopt_calendar", fields, command_id)
    except CommandRefused as refused:
        if refused.code not in _DONE:
            raise
        return
    swept.adopted.append(demand)
    if not accepted.recorded:
        swept.unrecorded.append(demand)
    events = [recorded.event for recorded in accepted.answer.events]
    swept.moved += _moved(demand, stored, events)


async def _stored(to: Connections, demand: str) -> DemandState | None:
    stored = await of_ledger(to, lambda: reads.demand(to.pool, demand))
    return stored.state if stored else None


def _order(moved: Moved) -> tuple[str, int, str]:
    return moved.demand, list(Clock).index(moved.clock), moved.subject


def _moved(demand: str, before: DemandState | None, events: Sequence[e.Event]) -> list[Moved]:
    withdrawn = {
        (event.clock, event.subject) for event in events if isinstance(event, e.OverdueWithdrawn)
    }
    found: list[Moved] = []
    for event in events:
        for change in event.clocks if isinstance(event, e.CalendarAdopted) else ():
            running = change.running
            old = before.clock(*running.key) if before else None
            due = old.due if old else None
            if change.fate is Fate.MOVED and due != running.due:
                found.append(
                    Moved(
                        demand=demand,
                        clock=running.clock,
                        subject=running.subject,
                        before=due,
                        after=running.due,
                        withdrawn=running.key in withdrawn,
                    )
                )
    return found
