"""The accounts of the directory, as far as signing in goes: for administrators and operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from domain.values import Role, unprintable
from ledger.pool import Pool
from ledger.sql import sql
from starter.access import sessions
from starter.errors import CommandRefused


@dataclass(frozen=True)
class AccountAccess:
    """An account in force. `password_at` is None where nobody can sign in with it yet.

    `link_until` is until when the link that is out can be used; `sessions` counts those in force.
    """

    account: str
    post: str
    role: Role
    belongs_to: str
    password_at: datetime | None
    last_seen: datetime | None
    sessions: int
    link_until: datetime | None

    @property
    def standing(self) -> str:
        """Whether somebody can sign in: `ready`, `invited` by a link, or `none`."""
        if self.password_at is not None:
            return "ready"
        return "none" if self.link_until is None else "invited"


async def overview(pool: Pool, role: Role | None = None) -> list[AccountAccess]:
    """All accounts in force, by role and name."""
    rows = await pool.fetch(sql("accounts_overview"), sessions.IDLE, role, None)
    return [_access(row) for row in rows]


async def one(pool: Pool, account: str) -> AccountAccess:
    """An account in force. Raises `CommandRefused`."""
    known = not unprintable(account)
    args = (sessions.IDLE, None, account)
    row = await pool.fetchrow(sql("accounts_overview"), *args) if known else None
    if row is None:
        raise CommandRefused("unknown_account", account=account)
    return _access(row)


def _access(row: asyncpg.Record) -> AccountAccess:
    facts: dict[str, Any] = dict(row)
    return AccountAccess(**facts | {"role": Role(facts["role"])})


async def links(pool: Pool, account: str) -> list[asyncpg.Record]:
    """The last links: made_by, made_at, expires_at, used_at, revoked_at."""
    return await pool.fetch(sql("activations_of_account"), account)


async def revoke_links(pool: Pool, account: str) -> None:
    """Links that were not used are void from now on."""
    await pool.execute(sql("activations_revoke"), account)


async def remove_password(pool: Pool, account: str) -> None:
    """Nobody can sign in with it, and whoever is signed in no longer is, until a link is used."""
    await pool.execute(sql("credential_remove"), account)
    await sessions.end(pool, account)
