"""The sample park's accounts: one password for all, made for this data directory alone."""

from __future__ import annotations

import secrets
from pathlib import Path

import asyncpg

from ledger.pool import Pool
from ledger.sql import sql
from runtime.embedded.info import write_private
from starter.access import passwords

SHOWN = ("bureau1", "u00", "u20", "s04", "s04m", "leader-ne", "committee", "auditor1", "admin")
"""One account a role, the secretary unit's, a captain's and a member's among them."""
FILE = "sample-password"


async def ensure(pool: Pool, data: Path) -> str:
    """Give the password to every account that has none; what somebody changed stays."""
    password = _password(data / FILE)
    without = await pool.fetch(sql("accounts_without_password"))
    if without:
        kept = await passwords.hashed(password)
        await pool.executemany(sql("credential_first"), [(row["account"], kept) for row in without])
    return password


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        made = "-".join(f"{secrets.randbelow(10_000):04d}" for _ in range(3))
        write_private(path, made + "\n")
        return made


async def shown(pool: Pool) -> list[asyncpg.Record]:
    """The accounts to name at the start: account and post."""
    rows = {row["account"]: row for row in await pool.fetch(sql("accounts_in_force"))}
    return [rows[account] for account in SHOWN if account in rows]
