"""What the ledger holds of a demand, read at one instant, as it is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from domain.values import instant_text
from ledger.pool import Pool
from ledger.sql import sql

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Book:
    """The rows of one demand. Instants are texts and `state` is parsed, as in `ledger.rows`."""

    demand: str
    rows: tuple[Row, ...] = ()
    current: Row | None = None
    reserved: bool = False
    intents: frozenset[str] = frozenset()

    @property
    def contiguous(self) -> int:
        """The last seq up to which no row is missing."""
        seqs = {row["seq"] for row in self.rows}
        return next(seq for seq in range(len(seqs) + 1) if seq + 1 not in seqs)


async def read_books(pool: Pool, demands: Sequence[str]) -> dict[str, Book]:
    """The books of some demands, all as of the same instant."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        events = await connection.fetch(sql("rows_of_demands"), demands)
        current = await connection.fetch(sql("current_rows"), demands)
        known = await connection.fetch(sql("known_of_demands"), demands)
    rows: dict[str, list[Row]] = {demand: [] for demand in demands}
    for event in events:
        rows[event["demand"]].append(_plain(event))
    states = {row["demand"]: _plain(row) for row in current}
    return {
        one["demand"]: Book(
            demand=one["demand"],
            rows=tuple(rows[one["demand"]]),
            current=states.get(one["demand"]),
            reserved=one["reserved"],
            intents=frozenset(one["intents"]),
        )
        for one in known
    }


def _plain(row: asyncpg.Record) -> Row:
    """A row with its instants as texts and its state as JSON fields."""
    plain = {
        name: instant_text(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
    if "state" in plain:
        plain["state"] = json.loads(plain["state"])
    return plain
