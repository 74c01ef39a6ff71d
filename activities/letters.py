"""From the messages of a batch to one parcel with its address and text."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from activities.channels.parcel import Parcel
from activities.routing import address
from ledger.pool import Pool
from ledger.sql import sql
from runtime.channels import Channel, ChannelBook
from runtime.text import text


@dataclass(frozen=True)
class Letter:
    """What is to be sent through which channel, and of which demands it speaks."""

    channel: Channel
    parcel: Parcel
    demands: tuple[str, ...]


async def letter_of(pool: Pool, batch: int, book: ChannelBook) -> Letter | str:
    """The letter of a batch; or why there is none, which is for ever."""
    rows = await pool.fetch(sql("messages_of_batch"), batch)
    if not rows:
        return "nothing to send"
    first = rows[0]
    channel = book.named(first["channel"])
    if channel is None:
        return "no such channel"
    to = address(channel, first)
    if to is None:
        return "no address"
    subject, said = _written(rows, book)
    key = f"{first['demand']}:{first['seq']}:{first['account']}:{channel.name}"
    parcel = Parcel(key=key, to=to, subject=subject, text=said, lang=book.lang)
    return Letter(channel, parcel, tuple(dict.fromkeys(row["demand"] for row in rows)))


def _written(rows: list[asyncpg.Record], book: ChannelBook) -> tuple[str, str]:
    lines = [f"{row['demand']} {text('event.' + row['kind'], book.lang)}" for row in rows]
    return lines[0], "\n".join(lines)
