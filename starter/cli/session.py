"""What a command needs to do its work: the connections, and in whose name it acts."""

from __future__ import annotations

import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.actors import Actor, operator
from ledger.pool import Pool
from runtime.settings import Settings
from starter.cli import options
from starter.connections import Connections, connections, ledger_only
from starter.resolve import resolver


@asynccontextmanager
async def session() -> AsyncIterator[Connections]:
    """PostgreSQL and Temporal, by the settings of this process."""
    async with connections(Settings()) as to:
        yield to


@asynccontextmanager
async def ledger(read_only: bool = False) -> AsyncIterator[Pool]:
    """PostgreSQL alone, for what only reads; `read_only` makes sure of it."""
    async with ledger_only(Settings(), read_only=read_only) as pool:
        yield pool


async def reader(pool: Pool, typed: str | None) -> Actor:
    """Who reads: `--as`, the account of the settings, or the operator. Raises `CommandRefused`."""
    return (await resolver(pool)).actor(who(typed, Settings()))


def operator_here() -> Actor:
    """Whoever runs this process, by the operating system's name."""
    try:
        return operator(getpass.getuser())
    except (KeyError, OSError):  # a user without a name, as in some containers
        return operator(str(os.getuid()))


def who(typed: str | None, settings: Settings) -> str | Actor:
    """In whose name a command acts: `--as`, the account of the settings, or the operator."""
    chosen = typed or settings.account
    return options.account(chosen) if chosen else operator_here()
