"""What the one-shot commands do with servers that are new, too new, unwilling or away."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg
import pytest
from temporalio.service import RPCError, RPCStatusCode

from ledger.migrate import MigrationError, migrations
from ledger.pool import open_pool
from runtime import logs
from runtime.embedded.info import StackInfo
from runtime.namespace import RETENTION, ensure_namespace, retention_of
from runtime.settings import Settings
from runtime.temporal import connect
from starter import migrate, namespace
from starter.errors import SystemUnreachable
from tests.support.engines import free_port, with_database


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "configure", lambda *_: None)


async def test_migrate_starts_from_nothing_and_repeats_nothing(stack: StackInfo, dsn: str) -> None:
    admin = await asyncpg.connect(dsn)
    name = dsn.rpartition("/")[2] + "_empty"
    await admin.execute(f"CREATE DATABASE {name}")
    empty = with_database(stack.postgres, name)
    try:
        applied = await migrate.bring_up_to_date(empty, patience=5)
        assert applied == [f"{m.version:04d}_{m.name}" for m in migrations()]
        assert await migrate.bring_up_to_date(empty, patience=5) == []
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def test_migrate_refuses_a_newer_database(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await asyncpg.connect(dsn)
    await admin.execute("INSERT INTO schema_migrations VALUES (9999, 'of tomorrow', 'x')")
    await admin.close()
    with pytest.raises(MigrationError, match="9999, newer than this program"):
        await migrate.bring_up_to_date(dsn, patience=5)
    monkeypatch.setenv("LIANBAN_DSN", dsn)
    assert await migrate.main() == migrate.REFUSED


async def test_migrate_says_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = f"postgresql://lianban@127.0.0.1:{free_port()}/lianban"
    with pytest.raises(SystemUnreachable):
        await migrate.bring_up_to_date(dsn, patience=0.1)
    monkeypatch.setenv("LIANBAN_DSN", dsn)
    monkeypatch.setenv("LIANBAN_PATIENCE", "0.1")
    assert await migrate.main() == migrate.UNREACHABLE


async def test_an_owner_without_createrole_needs_the_role_given(stack: StackInfo, dsn: str) -> None:
    """As the runbook says; `dsn` sees to it that the cluster has the role already."""
    admin = await asyncpg.connect(dsn)
    name = dsn.rpartition("/")[2] + "_plain"
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    plain = f"postgresql://{name}:x@{urlsplit(stack.postgres).netloc.split('@')[1]}/{name}"
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await migrate.bring_up_to_date(plain, patience=5)
        await admin.execute(f"GRANT lianban_app TO {name}")
        assert await migrate.bring_up_to_date(plain, patience=5)
        pool = await open_pool(plain, "lianban_app")
        assert await pool.fetchval("SELECT current_user") == "lianban_app"
        pool.terminate()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.execute(f"DROP ROLE {name}")
        await admin.close()


async def test_namespace_is_made_where_there_is_none(
    stack: StackInfo, list_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", stack.temporal)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", f"new-{list_id}")
    assert await namespace.main() == namespace.DONE
    client = await connect()
    assert await retention_of(client) == RETENTION
    assert await ensure_namespace(client) is False


async def test_a_longer_memory_is_left_alone(stack: StackInfo, list_id: str) -> None:
    client = await connect(stack.temporal, namespace=f"long-{list_id}")
    assert await ensure_namespace(client, RETENTION * 2) is True
    assert await ensure_namespace(client) is False
    assert await retention_of(client) == RETENTION * 2


async def test_namespace_says_what_the_server_refuses(
    stack: StackInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connect(stack.temporal, namespace="never-made")
    with pytest.raises(RPCError) as refused:
        await ensure_namespace(client, timedelta(minutes=1))  # the server's least is an hour
    assert refused.value.status is RPCStatusCode.INVALID_ARGUMENT
    monkeypatch.setenv("TEMPORAL_ADDRESS", stack.temporal)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "n" * 2000)
    assert await namespace.main() == namespace.REFUSED


async def test_namespace_says_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("LIANBAN_PATIENCE", "0.1")
    assert Settings().patience == 0.1
    assert await namespace.main() == namespace.UNREACHABLE
