"""`python -m starter.migrate`: brings the database of LIANBAN_DSN up to date."""

from __future__ import annotations

import asyncio
import sys

import asyncpg

from ledger.migrate import MigrationError, migrate
from ledger.pool import LedgerUnreachable, patiently
from runtime import logs
from runtime.settings import Settings
from starter.connections import dsn_of
from starter.errors import SystemUnreachable

log = logs.get("migrate")

DONE, REFUSED, UNREACHABLE = 0, 1, 3
"""Exit codes, the same as the command line's."""


async def bring_up_to_date(dsn: str, patience: float) -> list[str]:
    """Apply what is missing; the names of what was applied.

    Waits up to `patience` seconds for a server that is still starting. Raises `MigrationError` or
    `SystemUnreachable`; what PostgreSQL itself refuses comes as `asyncpg.PostgresError`.
    """
    try:
        connection = await patiently(lambda: asyncpg.connect(dsn, timeout=5), patience)
    except LedgerUnreachable as error:
        raise SystemUnreachable("postgresql", str(error)) from error
    try:
        return await migrate(connection)
    finally:
        await connection.close()


async def main() -> int:
    """Entry point; gives the exit code."""
    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    try:
        applied = await bring_up_to_date(dsn_of(settings), settings.patience)
    except SystemUnreachable as error:
        log.error("migrate.unreachable", **error.facts)
        return UNREACHABLE
    except (MigrationError, asyncpg.PostgresError) as error:
        log.error("migrate.refused", reason=str(error))
        return REFUSED
    log.info("migrate.done", applied=applied)
    return DONE


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
