"""A demand as somebody in particular may see it: the way of everything that is shown.

Pages and commands read demands through here and nowhere else, so that scope and seal hold for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg
from pydantic import ValidationError

from domain.actors import Actor
from domain.authority import may_read
from domain.chain import parse_event
from domain.events import Event
from domain.sealing import SEALED_KINDS, SealedEvent, SeenEvent, seal_event, sealed_from, seen_state
from ledger import reads
from ledger.pool import Pool
from ledger.reads import StoredDemand
from ledger.sql import sql
from starter.errors import CommandRefused


@dataclass(frozen=True)
class SeenRow:
    """An event's row in the ledger; `event` is None where somebody has made it unreadable.

    `command_id` and `body` are None where the enterprise's word could be read out of them, or
    guessed: a sealed event's id is what keeps a hash from being tried with each score.
    """

    seq: int
    kind: str
    at: datetime
    account: str
    prev: str
    hash: str
    event: SeenEvent | None
    command_id: str | None
    body: str | None

    @property
    def sealed(self) -> bool:
        """Whether something of it is kept from the reader."""
        return self.body is None


@dataclass(frozen=True)
class SeenDemand:
    """What the ledger has of a demand, for one reader; `sealed` where a word is kept from them."""

    stored: StoredDemand
    rows: tuple[SeenRow, ...]
    sealed: bool

    @property
    def events(self) -> tuple[SeenEvent, ...]:
        """Those that can be read."""
        return tuple(row.event for row in self.rows if row.event is not None)


async def demand_for(pool: Pool, actor: Actor, demand: str) -> StoredDemand:
    """The demand as it stands, as the actor may see it.

    Raises `CommandRefused` where there is none, or none for them.
    """
    stored = await _readable(pool, actor, demand)
    return replace(stored, state=seen_state(actor, stored.state))


async def life_for(pool: Pool, actor: Actor, demand: str) -> SeenDemand:
    """The same with all that happened to it. Raises `CommandRefused`."""
    stored = await _readable(pool, actor, demand)
    sealed = sealed_from(actor, stored.state)
    rows = seen_rows(await reads.events(pool, demand), sealed)
    return SeenDemand(replace(stored, state=seen_state(actor, stored.state)), rows, sealed)


async def _readable(pool: Pool, actor: Actor, demand: str) -> StoredDemand:
    stored = await reads.demand(pool, demand)
    if stored is None:
        raise await missing(pool, demand)
    if not may_read(actor, stored.state):
        raise CommandRefused("not_readable", account=actor.account, demand=demand)
    return stored


async def missing(pool: Pool, demand: str) -> CommandRefused:
    """Why the ledger has no such demand."""
    reserved = await pool.fetchrow(sql("reservation"), demand)
    if reserved is not None:
        return CommandRefused("reserved_only", demand=demand, list_id=reserved["list_id"])
    return CommandRefused("unknown_demand", demand=demand)


def seen_rows(rows: Iterable[asyncpg.Record], sealed: bool) -> tuple[SeenRow, ...]:
    """The rows, with nothing in them that is sealed."""
    found = list(rows)
    hidden = {row["command_id"] for row in found if row["kind"] in SEALED_KINDS and sealed}
    return tuple(_seen_row(row, sealed, row["command_id"] in hidden) for row in found)


def _seen_row(row: asyncpg.Record, sealed: bool, hidden: bool) -> SeenRow:
    event: SeenEvent | None = event_of(row)
    if event is not None and sealed:
        event = seal_event(event)
    # Whatever the row's own columns say; and nobody knows what an unreadable one holds.
    hidden = hidden or isinstance(event, SealedEvent) or (sealed and event is None)
    return SeenRow(
        seq=row["seq"],
        kind=row["kind"],
        at=row["at"],
        account=row["account"],
        prev=row["prev"],
        hash=row["hash"],
        event=event,
        command_id=None if hidden else row["command_id"],
        body=None if hidden else row["body"],
    )


def event_of(row: asyncpg.Record) -> Event | None:
    """The event in a row; None where somebody has made it unreadable."""
    try:
        return parse_event(json.loads(row["body"])["event"])
    except (ValidationError, ValueError, KeyError, TypeError):
        return None
