"""Signing in, and the sessions that come of it: kept in PostgreSQL, listed, revocable."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from domain.values import unprintable
from ledger.pool import Pool
from ledger.sql import sql
from starter.access import limits, passwords
from starter.access.secrets import Signer

LASTS = timedelta(days=30)
IDLE = timedelta(days=7)
"""A session ends so long after it began, and so long after it was last used."""

_AGENT_CHARS = 200


@dataclass(frozen=True)
class Session:
    """One sign-in of an account; `directory` is the version of the directory in force."""

    session: int
    account: str
    directory: int


@dataclass(frozen=True)
class Attempted:
    """What came of signing in: a token for the cookie, or why there is none."""

    token: str | None
    problem: str | None = None


async def sign_in(
    pool: Pool, signer: Signer, account: str, password: str, address: str, agent: str
) -> Attempted:
    """Sign in by name and password: a session of its own, whatever cookie there was before.

    The problem is the same for a wrong name and a wrong password, and takes as long to find.
    """
    problem = await problem_with(pool, signer, account, password, address)
    if problem is not None:
        return Attempted(None, problem)
    return Attempted(await begin(pool, account, agent))


async def problem_with(
    pool: Pool, signer: Signer, account: str, password: str, address: str
) -> str | None:
    """Why these don't sign in, as a text key; None where they would. It counts as an attempt."""
    by_name = await limits.attempt(pool, signer, limits.SIGN_IN_BY_NAME, account)
    by_address = await limits.attempt(pool, signer, limits.SIGN_IN_BY_ADDRESS, address)
    if not (by_name and by_address):
        return "web.sign_in_too_often"
    kept = None if unprintable(account) else await pool.fetchval(sql("credential"), account)
    if not await passwords.verified(password, kept):
        return "web.sign_in_wrong"
    await limits.forget(pool, signer, limits.SIGN_IN_BY_NAME, account)
    return None


async def begin(pool: Pool, account: str, agent: str) -> str:
    """A new session's token, which is kept nowhere but in the cookie."""
    token = secrets.token_urlsafe(32)
    shown = "".join(char for char in agent[:_AGENT_CHARS] if not unprintable(char))
    await pool.execute(sql("web_session_begin"), _hash(token), account, shown, LASTS)
    return token


async def of_token(pool: Pool, token: str) -> Session | None:
    """The session of a cookie; None where it ended, expired, or its account was retired."""
    row = await pool.fetchrow(sql("web_session"), _hash(token), IDLE)
    return Session(row["session"], row["account"], row["version"]) if row else None


async def of_account(pool: Pool, account: str) -> list[asyncpg.Record]:
    """The sessions in force, the last used first: session, agent, begun_at, seen_at."""
    return await pool.fetch(sql("web_sessions_of_account"), account, IDLE)


async def end(pool: Pool, account: str, session: int | None = None) -> None:
    """End one session of an account, or all of them."""
    await pool.execute(sql("web_session_end"), account, session)


async def set_password(pool: Pool, account: str, password: str) -> None:
    """Set a password; whoever was signed in with the old one no longer is."""
    await pool.execute(sql("credential_set"), account, await passwords.hashed(password))
    await end(pool, account)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def until(row: asyncpg.Record) -> datetime:
    """When a listed session ends if it isn't used any more."""
    ends: datetime = min(row["expires_at"], row["seen_at"] + IDLE)
    return ends
