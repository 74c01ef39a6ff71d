"""Which ways lead to a person: by the channel book, where there is an address for it."""

from __future__ import annotations

from pathlib import Path

import asyncpg

from ledger.outbox import GROUP, Routing, Way
from runtime import logs
from runtime.channels import Channel, ChannelBook, ChannelKind, ChannelsUnreadable, read_channels

log = logs.get(__name__)


def address(channel: Channel, row: asyncpg.Record) -> str | None:
    """Where a message of this row goes by this channel; empty for a group, None for nowhere.

    A webhook gets an enterprise's phone number, or an account's name, which its gateway knows.
    """
    if channel.kind.bot:
        return ""
    return (row["email"] if channel.kind is ChannelKind.EMAIL else row["phone"]) or None


def routing(book: ChannelBook) -> Routing:
    """The ways by this book, in its order."""

    def ways(row: asyncpg.Record) -> list[Way] | None:
        if inbox_alone(book, row):
            return None
        return [
            Way(channel.name, GROUP if channel.kind.bot else row["account"])
            for channel in book.routes(row["recipient"], row["code"], row["account"])
            if address(channel, row) is not None
        ]

    return ways


def inbox_alone(book: ChannelBook, row: asyncpg.Record) -> bool:
    """Whether somebody chose to be told by the inbox alone."""
    names = (f"account:{row['account']}", f"{row['recipient']}:{row['code']}", row["recipient"])
    wanted = {preference.whom: preference.channels for preference in book.preferences}
    first = next((wanted[name] for name in names if name in wanted), None)
    return first == ()


class BookShelf:
    """The channel book as its file says now. While it can't be read, the last one that could."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._book: ChannelBook | None = None if path else ChannelBook()

    def book(self) -> ChannelBook | None:
        """None where none was ever readable: then messages wait for whoever mends the file."""
        if self._path is None:
            return self._book
        stamp = self._look(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._book = read_channels(self._path)
            except ChannelsUnreadable as error:
                log.error("channels.unreadable", reason=str(error))
        return self._book

    @staticmethod
    def _look(path: Path) -> tuple[int, int]:
        try:
            found = path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)
