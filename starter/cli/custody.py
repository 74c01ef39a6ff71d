"""`lianban custody`: how long demands were with whom. `lianban precedents`: what was ruled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg

from domain.scope import Scope, scope_of
from domain.values import Role, instant_text
from ledger.custody import Held
from ledger.custody import custody as read_custody
from ledger.directory import read
from ledger.pool import Pool
from ledger.reads import DemandFilter
from ledger.scopes import arguments_of
from ledger.sql import sql
from runtime.text import text
from starter import clock_text, words
from starter.cli import lookups, options, output, tables
from starter.cli.app import app, command
from starter.cli.demands import refuse_unknown
from starter.cli.options import As, Json, option
from starter.cli.session import ledger, reader
from starter.cli.tables import Column
from starter.errors import CommandRefused
from starter.showing_time import custodian_text

HELD = (
    Column("holder"),
    Column("demands", right=True),
    Column("working_time", right=True),
    Column("average", right=True),
)
RULED = (
    Column("category"),
    Column("when"),
    Column("demand"),
    Column("text", share=2),
    Column("unit", share=1),
    Column("ruling", share=2),
    Column("basis", share=1),
)


@command(app, "custody")
async def custody(
    *,
    unit: Annotated[str | None, option("held_by", "--unit")] = None,
    list_id: Annotated[str | None, option("filter_list", "--list")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """Working time by holder, up to now."""
    of_list, now = options.code(list_id) if list_id else None, datetime.now(UTC)
    async with ledger() as pool:
        code = await lookups.unit(pool, unit)
        scope = scope_of(await reader(pool, as_))
        found = await read_custody(pool, now, of_list, scope)
        if code is not None:
            found = [held for held in found if (held.role, held.code) == (Role.UNIT, code)]
        if not found:
            await refuse_unknown(pool, DemandFilter(unit=code, list_id=of_list))
    if json:
        output.data({"now": instant_text(now), "held": [_held_as_json(held) for held in found]})
    elif found:
        tables.table(HELD, [_cells(held) for held in found])
    else:
        output.say(text("cli.nothing_held"))
    return output.DONE


def _cells(held: Held) -> list[str]:
    name = text("word.enterprise") if held.role is Role.ENTERPRISE else ""
    return [
        name or custodian_text(held.role, held.name),
        str(held.demands),
        clock_text.time_text(60 * held.minutes),
        clock_text.time_text(60 * held.average),
    ]


def _held_as_json(held: Held) -> dict[str, Any]:
    return {
        "role": held.role.value,
        "code": held.code or None,
        "name": held.name or None,
        "minutes": held.minutes,
        "demands": held.demands,
        "average": held.average,
    }


@command(app, "precedents")
async def precedents(
    *,
    category: Annotated[str | None, option("filter_category", "--category")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """Rulings by category, the newest first."""
    async with ledger() as pool:
        rows = await _ruled(pool, category, scope_of(await reader(pool, as_)))
    if json:
        output.data({"precedents": [_ruling_as_json(row) for row in rows]})
        return output.DONE
    if not rows:
        output.say(text("cli.no_precedents"))
        return output.DONE
    tables.table(RULED, [_ruling(row) for row in rows])
    return output.DONE


async def _ruled(pool: Pool, category: str | None, scope: Scope) -> list[asyncpg.Record]:
    """Of a category the directory knows, or of one that it knew when it was ruled."""
    wanted = category
    unknown: CommandRefused | None = None
    if category is not None:
        try:
            wanted = lookups.category(await read(pool), category)
        except CommandRefused as refused:
            wanted, unknown = options.narrow(category), refused
    rows = await pool.fetch(sql("precedents"), wanted, *arguments_of(scope))
    if unknown is not None and not rows:
        raise unknown
    return rows


def _ruling(row: asyncpg.Record) -> list[str]:
    return [
        row["category"],
        words.when(row["at"]),
        row["demand"],
        row["text"],
        row["unit_name"],
        row["ruling"],
        row["legal_basis"],
    ]


def _ruling_as_json(row: asyncpg.Record) -> dict[str, Any]:
    return {k: instant_text(v) if isinstance(v, datetime) else v for k, v in row.items()}
