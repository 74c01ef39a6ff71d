"""The schema: each migration applied once and unchanged; every query fits it, in our role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from ledger import migrate as migrating
from ledger.migrate import MigrationError, migrate, migrations
from ledger.pool import Pool
from ledger.sql import QUERIES, names, sql
from runtime.embedded.info import StackInfo
from tests.support.engines import with_database


@pytest.fixture
async def bare(stack: StackInfo, dsn: str) -> AsyncIterator[str]:
    """A database without any schema."""
    name = f"{dsn.rpartition('/')[2]}_bare"
    admin = await asyncpg.connect(stack.postgres)
    await admin.execute(f"CREATE DATABASE {name}")
    yield with_database(stack.postgres, name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations in a folder where a test may change them."""
    for path in migrating.MIGRATIONS.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(migrating, "MIGRATIONS", tmp_path)
    return tmp_path


async def applied(dsn: str) -> list[str]:
    """Migrate by a connection of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        return await migrate(connection)
    finally:
        await connection.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [m.version for m in migrations()] == list(range(1, len(migrations()) + 1))


async def test_ten_who_migrate_at_once_apply_each_migration_once(bare: str) -> None:
    results = await asyncio.gather(*(applied(bare) for _ in range(10)))
    everything = [f"{m.version:04d}_{m.name}" for m in migrations()]
    assert sorted(results, key=len) == [[]] * 9 + [everything]


async def test_migrating_again_is_no_change(dsn: str, owner: asyncpg.Connection) -> None:
    before = await owner.fetch("SELECT * FROM schema_migrations ORDER BY version")
    assert await applied(dsn) == []
    assert await owner.fetch("SELECT * FROM schema_migrations ORDER BY version") == before


async def test_a_migration_that_was_changed_after_it_was_applied_is_refused(
    dsn: str, copied: Path
) -> None:
    first = copied / "0001_ledger.sql"
    first.write_text(first.read_text(encoding="utf-8") + "\n-- harmless", encoding="utf-8")
    with pytest.raises(MigrationError, match="migration 1 was changed"):
        await applied(dsn)


async def test_a_database_newer_than_the_program_is_refused(dsn: str, copied: Path) -> None:
    last = migrations()[-1]
    (copied / f"{last.version:04d}_{last.name}.sql").unlink()
    with pytest.raises(MigrationError, match="newer than this program"):
        await applied(dsn)


async def test_a_migration_that_fails_leaves_nothing_behind_and_can_be_tried_again(
    dsn: str, copied: Path, owner: asyncpg.Connection
) -> None:
    number = len(migrations()) + 1
    path = copied / f"{number:04d}_next.sql"
    path.write_text("CREATE TABLE half (x int); SELECT 1 / 0;", encoding="utf-8")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await applied(dsn)
    assert await owner.fetchval("SELECT to_regclass('half')") is None
    path.write_text("CREATE TABLE whole (x int);", encoding="utf-8")
    assert await applied(dsn) == [f"{number:04d}_next"]


def test_every_query_says_in_its_first_line_what_it_is_for() -> None:
    assert [name for name in names() if not sql(name).startswith("-- ")] == []


async def test_every_query_fits_the_schema_and_our_role(pool: Pool) -> None:
    assert len(names()) == len(list(QUERIES.iterdir()))
    async with pool.acquire() as connection:
        assert await connection.fetchval("SELECT current_user") == "lianban_app"
        for name in names():
            statement = await connection.prepare(sql(name))
            # Rights are checked when a plan is run: EXPLAIN runs none of it, and checks them.
            nothing = [None] * len(statement.get_parameters())
            async with connection.transaction():
                await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
                await connection.fetch(f"EXPLAIN {sql(name)}", *nothing)
