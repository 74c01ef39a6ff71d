"""What people see of the messages and do about them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from ledger.pool import Pool
from ledger.sql import sql


@dataclass(frozen=True)
class MessageFilter:
    """Which messages a list shows. `statuses` goes before `to_pass_on`'s contrary, "all"."""

    statuses: Sequence[str] | None = None
    to_pass_on: bool = False
    demand: str | None = None


async def inbox(pool: Pool, account: str, limit: int, unread: bool) -> list[asyncpg.Record]:
    """An account's messages with their events and demands, unread first, then the newest."""
    return await pool.fetch(sql("inbox"), account, limit, unread)


async def mark_read(pool: Pool, account: str, ids: Sequence[int]) -> None:
    """These have been read."""
    await pool.execute(sql("mark_read"), account, list(ids))


async def mark_all_read(pool: Pool, account: str, newest: int) -> None:
    """All up to this one have been read; what came since has not."""
    await pool.execute(sql("mark_all_read"), account, newest)


async def messages(
    pool: Pool, wanted: MessageFilter, limit: int, before: int | None = None
) -> list[asyncpg.Record]:
    """Messages, newest first; `before` is the id of the last one of the page before."""
    statuses = list(wanted.statuses) if wanted.statuses else None
    return await pool.fetch(
        sql("messages"), statuses, wanted.to_pass_on, wanted.demand, before, limit
    )


async def written(
    pool: Pool, wanted: MessageFilter, limit: int, before: int | None = None
) -> list[asyncpg.Record]:
    """As `messages`, each with its event and demand, which its text is written of."""
    statuses = list(wanted.statuses) if wanted.statuses else None
    return await pool.fetch(
        sql("messages_written"), statuses, wanted.to_pass_on, wanted.demand, before, limit
    )


async def troubled(pool: Pool, limit: int) -> int:
    """How many need a person: failed, uncertain, or to be passed on; counted up to a limit."""
    found: int = await pool.fetchval(sql("messages_troubled"), limit)
    return found


async def message(pool: Pool, number: int) -> asyncpg.Record | None:
    """One message with its event and demand."""
    return await pool.fetchrow(sql("message"), number)


async def counts(pool: Pool) -> dict[str, int]:
    """How many wait, failed, are uncertain, or are left to a person."""
    row = await pool.fetchrow(sql("message_counts"))
    assert row is not None
    return dict(row)


async def pass_on(pool: Pool, number: int, by: str) -> list[int]:
    """Somebody has told it by hand; the ids that this settled, none where nothing was open."""
    return [row["id"] for row in await pool.fetch(sql("pass_on"), number, by)]


async def retry(pool: Pool, number: int | None) -> list[int]:
    """Queue it anew, or all that failed; the ids, none where there was nothing to do."""
    again = [row["id"] for row in await pool.fetch(sql("retry"), number)]
    if not again and number is not None:
        again = [row["id"] for row in await pool.fetch(sql("reroute"), number)]
    return again
