"""来件: what the public form brings in, until a clerk makes a demand of it or says why not."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from domain.actors import Actor
from domain.directory import Directory, EnterpriseEntry
from domain.identity import normalise, similarity
from ledger.pool import PASSING, Pool
from ledger.sql import sql
from starter.connections import Connections
from starter.intake import SIMILAR, Intake
from starter.policies import policy_in_force
from starter.registering import list_of_month, register
from starter.workbook.models import GoodRow

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_CHARS = 10
"""About 50 bits, without characters that are read one for the other."""
HOLD = timedelta(minutes=2)
"""So long somebody who makes a demand of it keeps others off; then their process has died."""
LIKE_NAME = 0.55
MOST_SUGGESTIONS = 5


@dataclass(frozen=True)
class Sent:
    """What somebody wrote into the public form."""

    enterprise: str
    category: str
    text: str
    contact_name: str
    contact_phone: str


@dataclass(frozen=True)
class Alike:
    """An open demand of the enterprise that may say the same."""

    demand: str
    text: str
    status: str
    percent: int


async def receive(pool: Pool, form: str, sent: Sent) -> str:
    """Keep it, once for each form; its receipt."""
    receipt = "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_CHARS))
    given = (sent.enterprise, sent.category, sent.text, sent.contact_name, sent.contact_phone)
    kept: str = await pool.fetchval(sql("submission_add"), receipt, form, *given)
    return kept


async def of_receipt(pool: Pool, typed: str) -> asyncpg.Record | None:
    """How it stands: received_at, standing, settled_at, reason; nothing of what was sent."""
    receipt = as_receipt(typed)
    return await pool.fetchrow(sql("submission_by_receipt"), receipt) if receipt else None


def as_receipt(typed: str) -> str | None:
    """A receipt however it was typed; None where it cannot be one."""
    found = "".join(char for char in typed.upper() if not char.isspace() and char != "-")
    fits = len(found) == RECEIPT_CHARS and all(char in ALPHABET for char in found)
    return found if fits else None


async def waiting(pool: Pool, most: int) -> list[asyncpg.Record]:
    """What waits for a clerk, the oldest first."""
    return await pool.fetch(sql("submissions_waiting"), most)


async def settled(pool: Pool, most: int) -> list[asyncpg.Record]:
    """What became of others lately."""
    return await pool.fetch(sql("submissions_settled"), most)


async def count(pool: Pool) -> int:
    """How many wait."""
    found: int = await pool.fetchval(sql("submissions_count"))
    return found


async def one(pool: Pool, submission: int) -> asyncpg.Record | None:
    """All that is known of one."""
    fits = 0 < submission < 2**63
    return await pool.fetchrow(sql("submission"), submission) if fits else None


def suggestions(directory: Directory, typed: str) -> list[EnterpriseEntry]:
    """The enterprises that may be meant by a name or credit code, the likeliest first."""
    wanted = normalise(typed)
    found = []
    for entry in directory.enterprises:
        name = normalise(entry.name)
        if wanted in (name, normalise(entry.uscc)):
            return [entry]
        likeness = similarity(wanted, name)
        if len(wanted) >= 2 and (wanted in name or name in wanted):
            likeness = max(likeness, 0.9)
        if likeness >= LIKE_NAME:
            found.append((likeness, entry))
    found.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in found[:MOST_SUGGESTIONS]]


async def alike(pool: Pool, codes: Sequence[str], text: str) -> Mapping[str, list[Alike]]:
    """Of each enterprise, the open demands that may say the same."""
    found: dict[str, list[Alike]] = {code: [] for code in codes}
    for row in await pool.fetch(sql("open_texts_of_enterprises"), list(codes)):
        likeness = similarity(row["text"], text)
        if likeness >= SIMILAR:
            percent = round(100 * likeness)
            shown = Alike(row["demand"], row["text"], row["status"], percent)
            found[row["enterprise"]].append(shown)
    return found


async def take_up(to: Connections, submission: int, row: GoodRow, by: Actor) -> str | None:
    """Make a demand of it, on this month's list; None where somebody else was first.

    Raises `LianbanError`: then it waits as before, and doing it again makes no second demand.
    """
    pool, account = to.pool, by.account
    if await pool.fetchval(sql("submission_hold"), submission, account, HOLD) is None:
        return None
    intake = Intake(list_of_month(to.settings), "", by, policy_in_force(to.settings))
    try:
        demand = (await register(to, intake, row)).demand
    except Exception:
        with contextlib.suppress(*PASSING):
            await pool.execute(sql("submission_release"), submission, account)
        raise
    await pool.execute(sql("submission_taken"), submission, account, demand)
    return demand


async def decline(pool: Pool, submission: int, by: Actor, reason: str) -> bool:
    """Not taken up, and why; False where somebody else was first."""
    row = await pool.fetchval(sql("submission_decline"), submission, by.account, reason, HOLD)
    return row is not None
