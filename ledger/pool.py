"""Connections to PostgreSQL, and which of its errors pass by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

T = TypeVar("T")
Pool = asyncpg.Pool

PASSING = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection that dies in the middle says of itself
)
"""Errors of a database that is away, starting, full or switching over: worth trying again."""


class LedgerUnreachable(Exception):
    """The ledger did not answer within the time given."""


async def open_pool(dsn: str, role: str, size: int = 12, read_only: bool = False) -> Pool:
    """A pool whose every connection has taken on `role`; `read_only` refuses writes as well.

    Raises `LedgerUnreachable`.
    """
    server_settings = {"role": role, "application_name": "lianban"}
    if read_only:
        server_settings["default_transaction_read_only"] = "on"
    try:
        return await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            server_settings=server_settings,
            timeout=5,
            command_timeout=30,
            reset=_keep,
        )
    except PASSING as error:
        raise LedgerUnreachable(str(error) or type(error).__name__) from error


async def _keep(connection: asyncpg.Connection) -> None:
    """Our connections hold no session state, so a release needs no round trip to reset it."""


async def patiently(work: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Do the work, again while the database is away, for at most so many seconds.

    The work must be safe to repeat. Raises `LedgerUnreachable` when the time is over.
    """
    clock = asyncio.get_running_loop()
    end = clock.time() + seconds
    pause = 0.05
    while True:
        try:
            return await work()
        except PASSING as error:
            if isinstance(error, ValueError):  # asyncpg's word for an argument that can't be sent
                raise
            if clock.time() + pause > end:
                raise LedgerUnreachable(str(error) or type(error).__name__) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, 1.0)
