"""From what people type to the directory's codes: a code, or the name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.directory import ChainEntry, Directory, EnterpriseEntry, SquadEntry, UnitEntry
from ledger.directory import read
from ledger.pool import Pool
from starter.cli import options
from starter.errors import CommandRefused

Named = ChainEntry | UnitEntry | SquadEntry
_CODE = re.compile(r"[A-Z0-9._-]+")


async def unit(pool: Pool, typed: str | None) -> str | None:
    """A unit's code; None stays None. Raises `CommandRefused` where no name fits."""
    return await _code(pool, "units", "unit", typed)


async def squad(pool: Pool, typed: str | None) -> str | None:
    """A squad's code."""
    return await _code(pool, "squads", "squad", typed)


async def chain(pool: Pool, typed: str | None) -> str | None:
    """A chain's code."""
    return await _code(pool, "chains", "chain", typed)


async def _code(pool: Pool, table: str, kind: str, typed: str | None) -> str | None:
    if typed is None:
        return None
    code = options.code(typed)
    if _CODE.fullmatch(code):  # whether it is in force is for others to say
        return code
    entries: Sequence[Named] = getattr(await read(pool), table)
    wanted = _dense(typed)
    found = [entry.code for entry in entries if _dense(entry.name) == wanted]
    found = found or [entry.code for entry in entries if wanted in _dense(entry.name)]
    if len(found) != 1:
        raise CommandRefused(f"unknown_{kind}", **{kind: typed})
    return found[0]


def enterprise(directory: Directory, typed: str) -> EnterpriseEntry:
    """An enterprise by its credit code or its name. Raises `CommandRefused`."""
    wanted, code = _dense(typed), options.narrow(typed).upper()
    by_code = [entry for entry in directory.enterprises if entry.uscc == code]
    found = by_code or [entry for entry in directory.enterprises if _dense(entry.name) == wanted]
    if len(found) != 1:
        raise CommandRefused("unknown_enterprise", enterprise=typed)
    return found[0]


def chain_of(directory: Directory, entry: EnterpriseEntry) -> ChainEntry:
    """The chain an enterprise belongs to. Raises `CommandRefused`."""
    for chain_entry in directory.chains:
        if chain_entry.code == entry.chain:
            return chain_entry
    raise CommandRefused("unknown_chain", chain=entry.chain)


def category(directory: Directory, typed: str) -> str:
    """A category that the routing knows. Raises `CommandRefused`."""
    wanted = _dense(typed)
    for route in directory.routes:
        if _dense(route.category) == wanted:
            return route.category
    raise CommandRefused("unknown_category", category=typed)


def _dense(name: str) -> str:
    return "".join(options.narrow(name).casefold().split())
