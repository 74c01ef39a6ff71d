"""The park directory in the ledger: loading updates it, and retires what is no longer in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

from domain.directory import (
    AccountEntry,
    ChainEntry,
    Directory,
    EnterpriseEntry,
    RouteEntry,
    SquadEntry,
    UnitEntry,
)
from domain.values import Value
from ledger.pool import Pool
from ledger.sql import sql

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
ChangeKind = Literal["added", "changed", "retired", "restored"]


@dataclass(frozen=True)
class Table:
    """How one kind of entry is kept: its table, key column and model."""

    name: str
    key: str
    model: type[Value]

    @property
    def columns(self) -> list[str]:
        """The columns that come from the entry, the key first."""
        fields = list(self.model.model_fields)
        fields.remove(self.key)
        return [self.key, *fields]


TABLES = (
    Table("chains", "code", ChainEntry),
    Table("units", "code", UnitEntry),
    Table("squads", "code", SquadEntry),
    Table("routes", "category", RouteEntry),
    Table("enterprises", "uscc", EnterpriseEntry),
    Table("accounts", "account", AccountEntry),
)


@dataclass(frozen=True)
class Change:
    """What loading did to one entry; `fields` maps a changed field to (before, after)."""

    table: str
    key: str
    kind: ChangeKind
    fields: dict[str, tuple[Any, Any]]


async def load(connection: Connection, directory: Directory) -> list[Change]:
    """Make the directory in force be this one, in one transaction; what changed.

    Nothing is deleted: an entry that is no longer named is retired, one that comes back restored.
    """
    changes: list[Change] = []
    async with connection.transaction():
        for table in TABLES:
            entries: Sequence[Value] = getattr(directory, table.name)
            changes += await _load_table(connection, table, entries)
        if changes:
            await connection.execute(sql("move_directory_version"))
    return changes


async def _load_table(
    connection: Connection, table: Table, entries: Sequence[Value]
) -> list[Change]:
    rows = await connection.fetch(f"SELECT * FROM {table.name} FOR UPDATE")  # noqa: S608
    present = {row[table.key]: row for row in rows}
    wanted = {str(getattr(entry, table.key)): entry.model_dump(mode="json") for entry in entries}
    changes = []
    for key, values in wanted.items():
        change = _difference(table, key, present.get(key), values)
        if change is not None:
            changes.append(change)
            await connection.execute(_upsert(table), *(values[c] for c in table.columns))
    for key, row in present.items():
        if key not in wanted and row["retired_at"] is None:
            changes.append(Change(table.name, key, "retired", {}))
            await connection.execute(_retire(table), key)
    return changes


def _difference(
    table: Table, key: str, row: asyncpg.Record | None, values: dict[str, Any]
) -> Change | None:
    if row is None:
        return Change(table.name, key, "added", {})
    fields = {
        column: (row[column], values[column])
        for column in table.columns
        if row[column] != values[column]
    }
    if row["retired_at"] is not None:
        return Change(table.name, key, "restored", fields)
    return Change(table.name, key, "changed", fields) if fields else None


def _upsert(table: Table) -> str:
    columns = table.columns
    marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns[1:])
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT ({table.key}) DO UPDATE SET {updates}, retired_at = NULL"
    )


def _retire(table: Table) -> str:
    return f"UPDATE {table.name} SET retired_at = now() WHERE {table.key} = $1"  # noqa: S608


async def read(pool: Pool) -> Directory:
    """All that is in force."""
    return (await read_versioned(pool)).directory


@dataclass(frozen=True)
class VersionedDirectory:
    """What is in force, the keys of retired accounts and enterprises, and the version."""

    version: int
    directory: Directory
    retired: frozenset[str]


async def read_versioned(pool: Pool) -> VersionedDirectory:
    """All that is in force, with its version, as of one instant."""
    found: dict[str, tuple[Value, ...]] = {}
    retired: set[str] = set()
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        version = await connection.fetchval(sql("directory_version"))
        for table in TABLES:
            rows = await connection.fetch(
                f"SELECT * FROM {table.name} ORDER BY {table.key}"  # noqa: S608
            )
            in_force = [row for row in rows if row["retired_at"] is None]
            found[table.name] = tuple(table.model.model_validate(dict(row)) for row in in_force)
            if table.name in ("accounts", "enterprises"):
                retired |= {row[table.key] for row in rows if row["retired_at"] is not None}
    return VersionedDirectory(version, Directory.model_validate(found), frozenset(retired))
