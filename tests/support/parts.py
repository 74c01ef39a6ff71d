"""Parts of the house on their own: without a worker, with a sweeper, with a ledger out of order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
from temporalio.client import Client

import worker
from ledger.pool import Pool
from runtime.settings import Settings
from starter.gateway import Gateway
from starter.policies import policy_in_force
from starter.sweeper import Sweeper
from tests.support.house import House


def outside(client: Client, pool: Pool, settings: Settings, prefix: str) -> House:
    """A house in which nobody works: commands wait for a worker."""
    gateway = Gateway(client, pool, task_queue=settings.task_queue, patience=settings.patience)
    return House(settings, client, pool, gateway, prefix, policy_in_force(settings))


def working(home: House) -> worker.Worker:
    """A worker for it, to be entered as a context."""
    return worker.build(home.client, home.pool, home.settings)


def impatient(home: House, patience: float) -> Gateway:
    """Another caller, who waits less long."""
    return Gateway(home.client, home.pool, task_queue=home.settings.task_queue, patience=patience)


def sweeper(home: House, *, settled_after: float = 0.0) -> Sweeper:
    """A sweeper for which every intent is stale, and settled at once unless told otherwise."""
    return Sweeper(home.gateway, home.pool, every=0.05, after=0.0, settled_after=settled_after)


Fault = Callable[[asyncpg.Connection], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def no_right(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """The application may not add events."""
    await owner.execute("REVOKE INSERT ON events FROM lianban_app")
    try:
        yield
    finally:
        await owner.execute("GRANT INSERT ON events TO lianban_app")


@asynccontextmanager
async def disk_full(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Adding events fails as on a full disk."""
    await owner.execute("""
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON events
            FOR EACH STATEMENT EXECUTE FUNCTION full_disk()""")
    try:
        yield
    finally:
        await owner.execute("DROP TRIGGER full_disk ON events; DROP FUNCTION full_disk()")


@asynccontextmanager
async def read_only(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """The answer of a standby that took over: it reads and does not write events."""
    await owner.execute("""
        CREATE FUNCTION standby() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'read-only' USING ERRCODE = '25006'; END $$;
        CREATE TRIGGER standby BEFORE INSERT ON events
            FOR EACH STATEMENT EXECUTE FUNCTION standby()""")
    try:
        yield
    finally:
        await owner.execute("DROP TRIGGER standby ON events; DROP FUNCTION standby()")


@asynccontextmanager
async def locked(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """Writing events hangs, reading them does not."""
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("LOCK TABLE events IN SHARE MODE")
    try:
        yield
    finally:
        await transaction.rollback()


async def put_foreign(
    owner: asyncpg.Connection, demand: str, seq: int, *, prev: str = "0" * 64
) -> None:
    """Put an event into the ledger that no history knows."""
    await owner.execute(
        "INSERT INTO events (demand, seq, kind, at, account, command_id, prev, hash, body)"
        " VALUES ($1, $2, 'amended', now(), 'nobody', 'foreign', $3, $4, '{}')",
        demand,
        seq,
        prev,
        "f" * 64,
    )


async def remove_foreign(owner: asyncpg.Connection, demand: str) -> None:
    """Mend it, as only a superuser can."""
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("DELETE FROM events WHERE demand = $1 AND command_id = 'foreign'", demand)
    await owner.execute("RESET session_replication_role")
