"""How often something may be tried from one address or under one name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ledger.pool import Pool
from ledger.sql import sql
from starter.access.secrets import Signer


@dataclass(frozen=True)
class Limit:
    """At most so many attempts within a time."""

    what: str
    at_most: int
    within: timedelta


SIGN_IN_BY_NAME = Limit("sign_in_name", 10, timedelta(minutes=15))
SIGN_IN_BY_ADDRESS = Limit("sign_in_address", 60, timedelta(minutes=15))
LINK_POSTS = Limit("link_posts", 30, timedelta(hours=1))
ASK_BY_ADDRESS = Limit("ask_address", 20, timedelta(hours=1))
ASK_BY_ALL = Limit("ask_all", 300, timedelta(hours=1))
"""Offices of a whole building may share one address; all together, a flood is a flood."""
RECEIPT_BY_ADDRESS = Limit("receipt_address", 30, timedelta(minutes=15))


async def attempt(pool: Pool, signer: Signer, limit: Limit, value: str) -> bool:
    """Count one attempt; whether it is still allowed. What is refused counts as well."""
    key = signer.keyed(limit.what, value)
    tried = await pool.fetchval(sql("web_attempt"), limit.what, key, limit.within)
    return bool(tried < limit.at_most)


async def forget(pool: Pool, signer: Signer, limit: Limit, value: str) -> None:
    """Begin to count anew: whoever signed in has shown that it was them."""
    await pool.execute(sql("web_attempts_forget"), limit.what, signer.keyed(limit.what, value))
