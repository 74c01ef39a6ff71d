"""Applies the numbered SQL files, each once, each in a transaction of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x4C49_414E  # "LIAN": one migration at a time in a database

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""


class MigrationError(Exception):
    """The database is newer than this program, or a migration was changed after it was applied."""


@dataclass(frozen=True)
class Migration:
    """One file: `0001_ledger.sql` is version 1, name `ledger`."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations in order."""
    found = []
    for path in sorted(MIGRATIONS.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        found.append(Migration(int(number), name, path.read_text(encoding="utf-8")))
    return found


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Bring the database up to date; the names of what was applied. Raises `MigrationError`."""
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        await connection.execute(_TABLE)
        rows = await connection.fetch("SELECT version, checksum FROM schema_migrations")
        applied = {row["version"]: row["checksum"] for row in rows}
        wanted = migrations()
        _refuse_foreign(applied, wanted)
        fresh = [m for m in wanted if m.version not in applied]
        for migration in fresh:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                    migration.version,
                    migration.name,
                    migration.checksum,
                )
        return [f"{m.version:04d}_{m.name}" for m in fresh]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)


def _refuse_foreign(applied: dict[int, str], wanted: list[Migration]) -> None:
    known = {m.version: m.checksum for m in wanted}
    for version, checksum in sorted(applied.items()):
        if version not in known:
            raise MigrationError(f"the database has migration {version}, newer than this program")
        if known[version] != checksum:
            raise MigrationError(f"migration {version} was changed after it was applied")
