"""From the messages of a batch to one parcel with its address and text."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from activities.channels.parcel import Parcel
from activities.routing import address
from ledger.message_facts import facts_of
from ledger.pool import Pool
from ledger.sql import sql
from runtime.channels import Channel, ChannelBook
from runtime.message_text import digest
from runtime.message_words import message


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
    found = [message(asdict(facts_of(dict(row))), book.lang, book.link) for row in rows]
    written = digest(found, book.lang, book.link)
    key = f"{first['demand']}:{first['seq']}:{first['account']}:{channel.name}"
    parcel = Parcel(key=key, to=to, subject=written.subject, text=written.text, lang=book.lang)
    return Letter(channel, parcel, tuple(dict.fromkeys(row["demand"] for row in rows)))
