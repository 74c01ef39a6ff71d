"""Where PostgreSQL and Temporal are: by settings, or the embedded stack of this machine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ledger.pool import LedgerUnreachable, Pool, open_pool, patiently
from runtime.embedded.info import default_data_dir, read_stack
from runtime.settings import Settings
from runtime.temporal import connect
from starter.errors import SystemUnreachable
from starter.gateway import Gateway

T = TypeVar("T")

_GOODBYE = 2.0
"""Seconds for a server that is there and doesn't answer to let us go."""


def data_dir(settings: Settings) -> Path:
    """The data directory of the embedded stack."""
    return settings.data or default_data_dir()


def dsn_of(settings: Settings) -> str:
    """PostgreSQL's DSN. Raises `SystemUnreachable` where none is set and nothing runs here."""
    if settings.dsn:
        return settings.dsn
    info = read_stack(data_dir(settings))
    if info is None or not info.running:
        raise SystemUnreachable("stack", str(data_dir(settings)))
    return info.postgres


def temporal_address_of(settings: Settings) -> str | None:
    """The embedded server's address, if one runs; Temporal's own settings come before it."""
    info = read_stack(data_dir(settings))
    return None if info is None else info.temporal


@dataclass(frozen=True)
class Connections:
    """What a command needs."""

    settings: Settings
    pool: Pool
    gateway: Gateway


@asynccontextmanager
async def connections(settings: Settings) -> AsyncIterator[Connections]:
    """Connect to both. Raises `SystemUnreachable` and says which did not answer."""
    dsn = dsn_of(settings)
    try:
        client = await connect(temporal_address_of(settings))
    except RuntimeError as error:
        raise SystemUnreachable("temporal", str(error)) from error
    async with ledger_only(settings, dsn) as pool:
        gateway = Gateway(client, pool, task_queue=settings.task_queue, patience=settings.patience)
        yield Connections(settings, pool, gateway)


async def of_ledger(to: Connections, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do the work, again while PostgreSQL is away; safe to repeat. Raises `SystemUnreachable`."""
    try:
        return await patiently(work, to.settings.patience)
    except LedgerUnreachable as error:
        raise SystemUnreachable("postgresql", str(error)) from error


@asynccontextmanager
async def ledger_only(
    settings: Settings, dsn: str | None = None, read_only: bool = False
) -> AsyncIterator[Pool]:
    """Connect to PostgreSQL alone; `read_only` refuses every write. Raises `SystemUnreachable`."""
    try:
        found = dsn or dsn_of(settings)
        pool = await open_pool(found, settings.role, settings.pool_size, read_only)
    except LedgerUnreachable as error:
        raise SystemUnreachable("postgresql", str(error)) from error
    try:
        yield pool
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await pool.close()
