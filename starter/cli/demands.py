"""Demands: register one, list many."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg

from domain.scope import scope_of
from domain.values import Chain, Contact, Enterprise, Status, Urgency, instant_text
from ledger import reads
from ledger.directory import read
from ledger.pool import Pool
from ledger.reads import DemandFilter
from ledger.sql import sql
from runtime.text import text
from starter import words
from starter.cli import lookups, options, output, tables
from starter.cli.app import command, demand_app
from starter.cli.explain import WrongUsage
from starter.cli.options import As, Json, PolicyFile, option
from starter.cli.session import ledger, reader, session, who
from starter.cli.tables import Column
from starter.errors import CommandRefused
from starter.intake import Intake
from starter.policies import policy_in_force
from starter.registering import Registered, list_of_month, register
from starter.workbook.models import GoodRow

COLUMNS = (
    Column("demand"),
    Column("status"),
    Column("due"),
    Column("urgency"),
    Column("enterprise", share=3),
    Column("unit", share=2),
    Column("text", share=4),
)


@command(demand_app, "new")
async def new(
    *,
    enterprise: Annotated[str, option("enterprise", "--enterprise")],
    category: Annotated[str, option("category", "--category")],
    text: Annotated[str, option("text", "--text")],
    urgency: Annotated[str, option("urgency", "--urgency")] = Urgency.GENERAL.value,
    contact: Annotated[str, option("contact", "--contact")] = "",
    phone: Annotated[str, option("phone", "--phone")] = "",
    remark: Annotated[str, option("remark", "--remark")] = "",
    raised_on: Annotated[str | None, option("raised_on", "--raised-on")] = None,
    list_id: Annotated[str | None, option("new_list", "--list-id")] = None,
    policy: PolicyFile = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """On the list of this month unless one is named; what is there already is not made twice."""
    urgent = options.word(Urgency, urgency)
    day = options.day(raised_on) if raised_on else None
    async with session() as to:
        directory = await read(to.pool)
        found = lookups.enterprise(directory, enterprise)
        chain = lookups.chain_of(directory, found)
        row = GoodRow(
            sheet="",
            row=0,
            enterprise=Enterprise(uscc=found.uscc, name=found.name),
            chain=Chain(code=chain.code, name=chain.name),
            category=lookups.category(directory, category),
            urgency=urgent,
            text=text,
            raised_on=day,
            contact=Contact(name=contact, phone=options.phone(phone) if phone else ""),
            remark=remark,
        )
        by = (await to.gateway.resolver()).actor(who(as_, to.settings))
        into = options.code(list_id) if list_id else list_of_month(to.settings)
        intake = Intake(into, "", by, policy_in_force(to.settings, policy))
        done = await register(to, intake, row)
    return _tell_registered(done, json)


def _tell_registered(done: Registered, json: bool) -> int:
    if json:
        output.data(
            {
                "demand": done.demand,
                "started": done.started,
                "recorded": done.recorded,
                "possible_duplicates": list(done.like),
            }
        )
        return output.DONE
    key = "registered" if done.started else "known_already"
    output.say(text(f"cli.{key}", demand=done.demand), "bold")
    if done.like:
        output.warn(text("cli.looks_like", demands=text("cli.list_comma").join(done.like)))
    if not done.recorded:
        output.warn(text("cli.not_recorded"))
    output.say(text("cli.next", step=text("cli.next_show", demand=done.demand)), "dim")
    return output.DONE


@command(demand_app, "list")
async def listing(
    *,
    state: Annotated[list[str] | None, option("state", "--state")] = None,
    chain: Annotated[str | None, option("filter_chain", "--chain")] = None,
    unit: Annotated[str | None, option("filter_unit", "--unit")] = None,
    squad: Annotated[str | None, option("filter_squad", "--squad")] = None,
    list_id: Annotated[str | None, option("filter_list", "--list")] = None,
    overdue: Annotated[bool, option("overdue", "--overdue")] = False,
    due_before: Annotated[str | None, option("due_before", "--due-before")] = None,
    by_due: Annotated[bool, option("by_due", "--by-due")] = False,
    limit: Annotated[int, option("limit", "--limit")] = 50,
    after: Annotated[str | None, option("after", "--after")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """In list order or by deadline, a page at a time."""
    if not 1 <= limit <= 10_000:
        raise WrongUsage("limit_unclear", limit=str(limit))
    statuses = [options.word(Status, typed).value for typed in state or ()]
    start = _key(after) if after else None
    async with ledger() as pool:
        wanted = DemandFilter(
            statuses=statuses or None,
            chain=await lookups.chain(pool, chain),
            unit=await lookups.unit(pool, unit),
            squad=await lookups.squad(pool, squad),
            list_id=options.code(list_id) if list_id else None,
            overdue_at=datetime.now(UTC) if overdue else None,
            due_by=options.instant(due_before) if due_before else None,
            scope=scope_of(await reader(pool, as_)),
        )
        rows = await reads.demands(pool, wanted, limit + 1, start, by_due=by_due)
        if not rows:
            await refuse_unknown(pool, wanted)
    page = rows[:limit]
    more = page[-1]["demand"] if len(rows) > limit else None
    if json:
        output.data({"demands": [_as_json(row) for row in page], "next": more})
    else:
        _show(page, more)
    return output.DONE


def _key(typed: str) -> tuple[str, int]:
    list_id, _, number = options.demand_id(typed).rpartition("-")
    if not list_id or not number.isdecimal():
        raise WrongUsage("after_unclear", typed=typed)
    return list_id, int(number)


async def refuse_unknown(pool: Pool, wanted: DemandFilter) -> None:
    """Nothing found: a code that the directory doesn't have is more likely mistyped than idle."""
    directory = await read(pool)
    asked = (("chain", wanted.chain), ("unit", wanted.unit), ("squad", wanted.squad))
    for kind, code in asked:
        known = {entry.code for entry in getattr(directory, f"{kind}s")}
        if code is not None and code not in known:
            raise CommandRefused(f"unknown_{kind}", **{kind: code})
    of_list = wanted.list_id
    if of_list is not None and not await pool.fetch(sql("reservations_of_list"), of_list):
        raise CommandRefused("unknown_list", list_id=of_list)


def _as_json(row: asyncpg.Record) -> dict[str, Any]:
    return {k: instant_text(v) if isinstance(v, datetime) else v for k, v in row.items()}


def _show(rows: list[asyncpg.Record], more: str | None) -> None:
    if not rows:
        output.say(text("cli.no_demands"))
        return
    now = datetime.now(UTC)
    tables.table(COLUMNS, [_cells(row, now) for row in rows])
    output.say(text("cli.page_count" if more else "cli.demand_count", count=len(rows)), "dim")
    if more:
        output.say(text("cli.more", after=more), "dim")


def _cells(row: asyncpg.Record, now: datetime) -> list[str]:
    status = text(f"word.{row['status']}")
    broken = row["open"] and row["promised_by"] is not None and row["promised_by"] < now
    return [
        row["demand"],
        text("cli.overdue", status=status) if row["overdue"] or broken else status,
        _due(row),
        text(f"word.{row['urgency']}"),
        row["enterprise_name"],
        row["unit_name"] or "",
        row["text"],
    ]


def _due(row: asyncpg.Record) -> str:
    """The deadline that comes first: which clock's it is, and when."""
    if row["due_at"] is None or not row["open"]:
        return ""
    clock = text(f"rules.name_{row['due_clock']}")
    return f"{clock} {words.deadline(row['due_at'])}"
