"""The outbox: messages beside the inbox, from the choice of a way to the outcome of sending.

Written by the dispatcher's activities alone, but for what people do by hand (`ledger.messages`).
Each step is one transaction, and safe whenever the process that does it is killed: a message
belongs to a batch before the batch is sent, and to no other while nobody knows what came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from ledger.pool import Pool
from ledger.sql import sql

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

GROUP = "*"
"""The account of a message to a group: one for all whom the same event tells through it."""
_LOCK = 0x4C49_4142  # "LIAB": one at a time takes messages, so that limits are counted right
_MOST = 500


@dataclass(frozen=True)
class Way:
    """A channel for one person: its name, and the account its message is kept under."""

    channel: str
    account: str


@dataclass(frozen=True)
class Waiting:
    """A message that may be sent now."""

    id: int
    channel: str
    account: str
    digest: bool


Grouping = Callable[[Sequence[Waiting], Mapping[str, int]], Sequence[Sequence[Waiting]]]
"""What goes out together, given how many attempts are left of each channel."""
Holding = Callable[[Sequence[asyncpg.Record]], Mapping[int, datetime]]
"""Which late messages wait on, and until when: nobody is woken by what waited in a queue."""
Routing = Callable[[asyncpg.Record], Sequence[Way] | None]
"""The ways to an inbox row's person in order; None where the inbox alone is wanted."""


@dataclass(frozen=True)
class Work:
    """What there is to do now."""

    unrouted: bool
    due: bool
    unowned: bool


async def work(pool: Pool, running: Collection[int]) -> Work:
    """A cheap look, for every second; `running` are the batches that are being sent."""
    row = await pool.fetchrow(sql("outbox_work"), list(running))
    assert row is not None
    return Work(**dict(row))


async def route(pool: Pool, routing: Routing) -> int:
    """Choose a way for inbox rows that have none, and queue a message for it; how many rows."""
    async with pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(sql("outbox_unrouted"), _MOST)
        for row in rows:
            await _route_one(connection, row, routing(row))
    return len(rows)


async def _route_one(
    connection: Connection, row: asyncpg.Record, ways: Sequence[Way] | None
) -> None:
    tried: list[str] = list(row["tried"])
    for way in ways or ():
        if way.channel in tried:
            continue
        status = await connection.fetchval(sql("outbox_queue"), row["id"], way.account, way.channel)
        if status != "failed":
            await connection.execute(sql("outbox_routed"), row["id"], way.channel, tried, None)
            return
        tried.append(way.channel)  # its group's message has failed before this person's turn
    by_hand = None if ways is None else "all_failed" if tried else "no_channel"
    await connection.execute(sql("outbox_routed"), row["id"], None, tried, by_hand)


async def give_up_gone(pool: Pool, channels: Collection[str]) -> int:
    """Let what waits for a channel that is no longer known take its next way."""
    async with pool.acquire() as connection, connection.transaction():
        gone = await connection.fetch(sql("outbox_gone_channels"), list(channels))
        await _next_ways(connection, gone)
    return len(gone)


async def take(
    pool: Pool,
    limits: Mapping[str, int],
    window: float,
    grouped: Grouping,
    held: Holding,
) -> list[int]:
    """Make batches of what may be sent now; their numbers, most urgent first.

    `limits` are the attempts that each channel allows within `window` seconds.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        used = await connection.fetch(sql("outbox_attempts"), list(limits), window)
        left = dict(limits)
        for row in used:
            left[row["channel"]] -= row["attempts"]
        usable = [channel for channel, room in left.items() if room > 0]
        rows = await connection.fetch(sql("outbox_due"), usable, _MOST)
        groups = grouped([Waiting(**dict(row)) for row in rows], left)
        waiting = await _hold(connection, groups, held)
        ready = [[one for one in group if one.id not in waiting] for group in groups]
        return [await _take_one(connection, group) for group in ready if group]


async def _hold(
    connection: Connection, groups: Sequence[Sequence[Waiting]], held: Holding
) -> Mapping[int, datetime]:
    ids = [message.id for group in groups for message in group]
    waiting = held(await connection.fetch(sql("outbox_hours"), ids))
    await connection.executemany(sql("outbox_hold"), list(waiting.items()))
    return waiting


async def _take_one(connection: Connection, group: Sequence[Waiting]) -> int:
    ids = [message.id for message in group]
    batch = await connection.fetchval(sql("outbox_take"), group[0].channel, group[0].account, ids)
    return int(batch)


async def start(pool: Pool, batch: int) -> list[int]:
    """Begin to send; the ids of its messages, none where it isn't to be sent any more."""
    return [row["id"] for row in await pool.fetch(sql("outbox_start"), batch)]


async def settle(
    pool: Pool,
    batch: int,
    outcome: str,
    reason: str,
    *,
    first_wait: float = 0.0,
    least_wait: float = 0.0,
) -> dict[str, int]:
    """Keep what came of sending, once; how many messages have which status now."""
    statuses: dict[str, int] = {}
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(sql("outbox_settle_batch"), batch, outcome, reason) is None:
            return statuses
        settled = await connection.fetch(
            sql("outbox_settle_messages"), batch, outcome, reason, first_wait, least_wait
        )
        await _next_ways(connection, [row for row in settled if row["status"] == "failed"])
    for row in settled:
        statuses[row["status"]] = statuses.get(row["status"], 0) + 1
    return statuses


async def _next_ways(connection: Connection, failed: Sequence[asyncpg.Record]) -> None:
    for row in failed:
        await connection.execute(
            sql("outbox_next_way"), row["demand"], row["seq"], row["account"], row["channel"]
        )


async def lose(pool: Pool, batch: int) -> str:
    """Nobody knows what came of it: uncertain, unless its sending had not begun; which of them.

    Whoever still sends it may settle it later. What had not begun can't begin any more.
    """
    if await pool.fetch(sql("outbox_release"), batch):
        return "released"
    await settle(pool, batch, "uncertain", "no answer was recorded")
    return "uncertain"


async def lose_unowned(
    pool: Pool, running: Collection[int], taken_for: float, begun_for: float
) -> dict[int, str]:
    """Lose the batches that nobody sends and that are older than this; what became of each."""
    rows = await pool.fetch(sql("outbox_unowned"), list(running), taken_for, begun_for)
    return {row["batch"]: await lose(pool, row["batch"]) for row in rows}
