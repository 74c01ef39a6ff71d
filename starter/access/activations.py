"""One-time links by which the person behind an account sets a password."""

from __future__ import annotations

import secrets
from datetime import timedelta

from ledger.pool import Pool
from ledger.sql import sql
from starter.access import sessions
from starter.access.secrets import Signer

PURPOSE = "activate"
LASTS = timedelta(days=7)


async def make(pool: Pool, signer: Signer, account: str, by: str) -> str:
    """A new link's token; links of that account that were not used yet are void from now on."""
    row = secrets.token_hex(8)
    await pool.execute(sql("activation_add"), row, account, by, LASTS)
    return signer.token(PURPOSE, row)


async def account_of(pool: Pool, signer: Signer, token: str) -> str | None:
    """Whose link this is; None where it was used, revoked, is too old or was never made."""
    row = signer.row(PURPOSE, token)
    found: str | None = await pool.fetchval(sql("activation"), row) if row else None
    return found


async def use(pool: Pool, signer: Signer, token: str, password: str) -> str | None:
    """Set the password, once; the account, or None where the link is void."""
    row = signer.row(PURPOSE, token)
    account: str | None = await pool.fetchval(sql("activation_use"), row) if row else None
    if account is not None:
        await sessions.set_password(pool, account, password)
    return account
