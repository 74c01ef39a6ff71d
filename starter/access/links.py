"""Links by which an enterprise follows a demand of its own, without an account.

The link names its row and is signed; how the row stands is asked at every request, so what was
revoked is gone at once.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import asyncpg

from domain.actors import ENTERPRISE_PREFIX
from ledger.pool import Pool
from ledger.sql import sql
from starter.access.secrets import Signer

PURPOSE = "enterprise"
DAYS = (7, 30, 90)
USUAL_DAYS = 30
AFTER_THE_END = timedelta(days=180)
"""So long after its demand has ended a link still opens, if it hasn't expired."""
_FRESH = timedelta(days=7)
_ID = re.compile(r"[0-9a-f]{16}")

Standing = Literal["in_force", "revoked", "expired", "ended"]


@dataclass(frozen=True)
class Link:
    """A link as its row says; `opened_at` is the last time."""

    link: str
    demand: str
    enterprise: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    opens: int
    standing: Standing = "in_force"

    @property
    def account(self) -> str:
        """In whose name it acts."""
        return f"{ENTERPRISE_PREFIX}{self.enterprise}"


async def make(pool: Pool, demand: str, enterprise: str, by: str, days: int = USUAL_DAYS) -> str:
    """A new link to a demand of that enterprise; its id."""
    link = secrets.token_hex(8)
    await pool.execute(sql("link_add"), link, demand, enterprise, by, timedelta(days=days))
    return link


async def fitting(pool: Pool, demand: str, enterprise: str, by: str) -> str:
    """A link to send now: one in force that lasts a week yet, or a new one; its id."""
    soon = datetime.now(UTC) + _FRESH
    for one in await of_demand(pool, demand):
        if one.expires_at > soon:
            return one.link
    return await make(pool, demand, enterprise, by)


async def revoke(pool: Pool, demand: str, link: str | None, by: str) -> list[str]:
    """End one link of a demand, or all that are in force; those that it ended."""
    return [row["link"] for row in await pool.fetch(sql("link_revoke"), demand, link, by)]


async def by_id(pool: Pool, link: str) -> Link | None:
    """The link of that id, however it stands."""
    if not _ID.fullmatch(link):
        return None
    row = await pool.fetchrow(sql("link"), link, AFTER_THE_END)
    return _link(row, row["standing"]) if row else None


async def of_token(pool: Pool, signer: Signer, token: str) -> Link | None:
    """The link that a token names, however it stands; None where we never made it."""
    row = signer.row(PURPOSE, token)
    return await by_id(pool, row) if row else None


async def opened(pool: Pool, link: str) -> None:
    """Note that it was opened."""
    await pool.execute(sql("link_opened"), link)


async def of_demand(pool: Pool, demand: str) -> list[Link]:
    """The links of a demand that are in force, the newest first."""
    return [_link(row, "in_force") for row in await pool.fetch(sql("links_of_demand"), demand)]


async def overview(pool: Pool, limit: int, before: datetime | None = None) -> list[asyncpg.Record]:
    """All links, the newest first."""
    return await pool.fetch(sql("links"), limit, before)


def address(signer: Signer, base: str, link: str) -> str:
    """The address to give to the enterprise."""
    return f"{base.rstrip('/')}/e/{signer.token(PURPOSE, link)}"


def _link(row: asyncpg.Record, standing: Standing) -> Link:
    return Link(
        link=row["link"],
        demand=row["demand"],
        enterprise=row["enterprise"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        opened_at=row["opened_at"],
        opens=row["opens"],
        standing=standing,
    )
