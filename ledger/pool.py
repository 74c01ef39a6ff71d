"""Connections to PostgreSQL, and which of its errors pass by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

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
        pool = await asyncpg.create_pool(
            dsn,
            min_size=0,  # a floor would be kept up, and complained about, while the ledger is away
            max_size=size,
            server_settings=server_settings,
            timeout=5,
            command_timeout=30,
            reset=_keep,
        )
        async with pool.acquire():
            return pool
    except PASSING as error:
        raise LedgerUnreachable(str(error) or type(error).__name__) from error


async def _keep(connection: asyncpg.Connection) -> None:
    """Our connections hold no session state, so a release needs no round trip to reset it."""


async def within(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """What the work brings, if it is done in time. Raises `TimeoutError`.

    A server that is there and doesn't answer keeps a cancelled query as well, and its connection:
    that is left behind, to end when it can.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            _left_behind.add(task)
            task.add_done_callback(_forget)
            task.cancel()
    if not task.done():
        raise TimeoutError(f"no answer for {seconds:.0f} s")
    return task.result()


_left_behind: set[asyncio.Task[Any]] = set()


def _forget(task: asyncio.Task[Any]) -> None:
    _left_behind.discard(task)
    if not task.cancelled():
        task.exception()


async def patiently(work: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
    """Do the work, again while the database is away, for at most so many seconds.

    The work must be safe to repeat. Raises `LedgerUnreachable` when the time is over.
    """
    clock = asyncio.get_running_loop()
    end = clock.time() + seconds
    pause = 0.05
    while True:
        try:
            return await within(work(), end - clock.time())
        except PASSING as error:
            if isinstance(error, ValueError):  # asyncpg's word for an argument that can't be sent
                raise
            if clock.time() + pause > end:
                raise LedgerUnreachable(str(error) or type(error).__name__) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, 1.0)
