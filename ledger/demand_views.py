"""The ledger as the desk shows it: narrowed by what is asked for and by what somebody may read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import asyncpg

from domain.scope import Scope
from ledger.pool import Pool
from ledger.sql import sql

Colour = Literal["red", "yellow", "green", "none"]

_WORDS = (
    "(d.demand || ' ' || d.enterprise_name || ' ' || d.text || ' ' || coalesce(d.initials, ''))"
)
"""As the index demands_by_words has it. For one or two characters, which no trigram index finds, a
scan of the table does: without the states, which are stored apart, it is small."""


_PLACE = re.compile(r"\$(\d)")


class Order(StrEnum):
    """By what a view is sorted."""

    DUE = "due"
    LIST = "list"
    CHANGED = "changed"
    ENTERPRISE = "enterprise"
    URGENCY = "urgency"


_ORDERS: Mapping[Order, str] = {
    Order.DUE: "due_at, list_id DESC, number",
    Order.LIST: "list_id DESC, number",
    Order.CHANGED: "changed_at DESC, demand",
    Order.ENTERPRISE: 'initials COLLATE "C", demand',
    Order.URGENCY: "open DESC, array_position(ARRAY['major', 'urgent'], urgency), due_at, demand",
}


@dataclass(frozen=True)
class View:
    """What is asked for; what is empty narrows nothing.

    `states` are statuses, and `open` for all that have not ended; `since` is when the present one
    began, or later. All `words` must be found: in
    the number, the enterprise's name, the text or their pinyin initials. `demands` are these alone.
    """

    states: tuple[str, ...] = ()
    since: datetime | None = None
    chain: str = ""
    unit: str = ""
    squad: str = ""
    category: str = ""
    urgency: str = ""
    colour: Colour | None = None
    list_id: str = ""
    words: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    order: Order = Order.DUE


@dataclass(frozen=True)
class Instants:
    """What colours are told by: deadlines by `now` have passed, those by `soon` come soon."""

    now: datetime
    soon: datetime


@dataclass(frozen=True)
class Found:
    """Some rows of a view, and how many it has."""

    rows: list[asyncpg.Record]
    total: int


async def page(
    pool: Pool, scope: Scope, view: View, at: Instants, limit: int, offset: int = 0
) -> Found:
    """So many rows of a view, and how many there are in all."""
    first = _Narrowed([limit, offset]).by(scope, view, at)
    count = _Narrowed([]).by(scope, view, at)
    query, total = first.query("desk_page", view.order), None
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        # What is searched for decides which index is worth it, so each search is planned anew.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        if view.words or not scope.everything:  # all that fits is looked at anyway: once is enough
            query = query.replace("SELECT demand,", "SELECT count(*) OVER () AS total, demand,")
            rows = await connection.fetch(query, *first.values)
            total = rows[0]["total"] if rows else None
        else:
            rows = await connection.fetch(query, *first.values)
        if total is None:
            total = await connection.fetchval(count.query("desk_count"), *count.values)
    return Found(rows, total)


async def everything(pool: Pool, scope: Scope, view: View, at: Instants) -> list[asyncpg.Record]:
    """All rows of a view, for a file."""
    narrowed = _Narrowed([]).by(scope, view, at)
    return await pool.fetch(narrowed.query("desk_export", view.order), *narrowed.values)


async def counts(pool: Pool, scope: Scope, at: Instants) -> dict[str, int]:
    """How many there are of what is most looked for."""
    narrowed = _Narrowed([at.now, at.soon]).by(scope, View(), at)
    row = await pool.fetchrow(narrowed.query("desk_counts"), *narrowed.values)
    assert row is not None
    return dict(row)


async def clocks(pool: Pool, demands: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The running clocks and the pauses of some demands, each as JSON."""
    rows = await pool.fetch(sql("desk_clocks"), list(demands))
    return {row["demand"]: (row["running"], row["pauses"]) for row in rows}


async def calendar_of(pool: Pool, demand: str) -> str:
    """The calendar that a demand counts by, as JSON."""
    found: str = await pool.fetchval(sql("calendar_of_demand"), demand)
    return found


class _Narrowed:
    """Conditions, and the values they name."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self._conditions: list[str] = []

    def by(self, scope: Scope, view: View, at: Instants) -> _Narrowed:
        """Narrowed by both."""
        if not scope.everything:
            self._to_scope(scope)
        if view.states:
            known = f"d.status = ANY ({self._value(list(view.states))})"
            self._conditions.append(f"({known} OR d.open)" if "open" in view.states else known)
        if view.since is not None:
            self._conditions.append(f"d.since >= {self._value(view.since)}")
        for column in ("chain", "unit", "squad", "category", "urgency", "list_id"):
            if wanted := getattr(view, column):
                self._conditions.append(f"d.{column} = {self._value(wanted)}")
        if view.demands:
            self._conditions.append(f"d.demand = ANY ({self._value(list(view.demands))})")
        if view.colour is not None:
            self._to_colour(view.colour, at)
        for word in view.words:
            likes = [f"{_WORDS} ILIKE {self._value(_pattern(one))}" for one in _spellings(word)]
            self._conditions.append(f"({' OR '.join(likes)})")
        return self

    def query(self, name: str, order: Order | None = None) -> str:
        """The text of a query with the conditions in it, and the order."""
        text = sql(name)
        if self._conditions:
            text = text.replace("WHERE true", "WHERE " + " AND ".join(self._conditions))
        if order is not None:
            text = text.replace(f"ORDER BY {_ORDERS[Order.DUE]}", f"ORDER BY {_ORDERS[order]}")
        return text

    def _value(self, value: Any) -> str:
        kinds = {list: "text[]", str: "text", datetime: "timestamptz"}
        self.values.append(value)
        return f"${len(self.values)}::{kinds[type(value)]}"

    def _to_scope(self, scope: Scope) -> None:
        """What `Scope.covers` says."""
        helpers = [json.dumps([{"unit": {"code": code}}]) for code in scope.units]
        parts = (scope.chains, scope.units, scope.squads, scope.enterprises, helpers)
        before = len(self.values)
        self.values += [list(part) for part in parts]
        covered = _PLACE.sub(lambda found: f"${before + int(found[1])}", sql("desk_scope"))
        self._conditions.append(f"d.demand IN ({covered})")

    def _to_colour(self, colour: Colour, at: Instants) -> None:
        match colour:
            case "red":
                said = f"d.open AND d.due_at <= {self._value(at.now)}"
            case "yellow":
                now, soon = self._value(at.now), self._value(at.soon)
                said = f"d.open AND d.due_at > {now} AND d.due_at <= {soon}"
            case "green":
                said = f"d.open AND d.due_at > {self._value(at.soon)}"
            case "none":
                said = "(d.due_at IS NULL OR NOT d.open)"
        self._conditions.append(said)


def _spellings(word: str) -> list[str]:
    """A word as it was typed, in narrow characters, and as a number: ａｎ－2026q4-17."""
    narrow = unicodedata.normalize("NFKC", word)
    dashed = "".join("-" if char in "‐‑‒–—―−" else char for char in narrow)
    head, dash, number = dashed.rpartition("-")
    padded = f"{head}-{number.zfill(3)}" if dash and number.isdecimal() else dashed
    return list(dict.fromkeys((word, narrow, dashed, padded)))


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
