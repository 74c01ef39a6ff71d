"""Putting demands on a list: reserve every id, then start, then record; each step safe to repeat.

Interrupted anywhere and run again, it finishes the rest: the reservations say what is wanted, the
ledger says what is there already.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg

from domain.actors import Actor
from domain.authority import right_to
from domain.calendar import Calendar
from domain.commands import ListDemand
from domain.identity import similarity, text_key
from domain.refusal import RefusalCode
from domain.rules import Rules
from domain.values import Role, SourceRow
from ledger.pool import Pool
from ledger.sql import sql
from starter.adoption_sweep import AT_ONCE, Progress, sweep
from starter.calendar_in_force import calendar_in_force, tables_in_force
from starter.connections import Connections, of_ledger
from starter.errors import CommandRefused, Failure, LianbanError, SystemUnreachable
from starter.workbook.models import GoodRow

LIST_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
SIMILAR = 0.6
"""From here on a text of the same enterprise is reported as a possible duplicate."""
_COMMAND_IDS = uuid.UUID("6c69616e-6261-6e00-8000-6c6973746564")


@dataclass(frozen=True)
class Intake:
    """What is put on which list, by whom and under which rules."""

    list_id: str
    meeting: str
    by: Actor
    policy: Rules
    file: str = ""


@dataclass(frozen=True)
class Duplicate:
    """A new demand that may be the same as an older one of its enterprise."""

    demand: str
    like: tuple[str, ...]


@dataclass
class Outcome:
    """What became of the rows, by demand id; `numbers` maps (sheet, row) to the demand."""

    started: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    amended: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)


async def put_on_list(
    to: Connections,
    intake: Intake,
    rows: Sequence[GoodRow],
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Make demands of the rows; what is there already is left alone or amended.

    Raises `CommandRefused` where the list id cannot be used or the actor may not list anything,
    `SystemUnreachable` from the reservation; what fails for one demand later is in the outcome.
    """
    if not LIST_ID.fullmatch(intake.list_id):
        raise CommandRefused("list_id_invalid", list_id=intake.list_id)
    if right_to(intake.by, "list", None) is None:  # else ids would be reserved for ever for nothing
        facts = {"account": intake.by.account, "role": intake.by.role.value, "act": "list"}
        raise CommandRefused(RefusalCode.NOT_AUTHORIZED.value, **facts)
    outcome = Outcome()
    reserved = await of_ledger(to, lambda: _reserve_all(to, intake, rows, outcome))
    wanted = {_key(row): row for row in rows}
    gate = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def settle(reservation: asyncpg.Record) -> None:
        nonlocal done
        async with gate:
            await _settle(to, intake, reservation, wanted, outcome)
        done += 1
        progress(done, len(reserved))

    await asyncio.gather(*(settle(reservation) for reservation in reserved))
    await _follow_adoption(to, intake, outcome)
    for ids in (outcome.started, outcome.unchanged, outcome.amended, outcome.ended):
        ids.sort()
    return outcome


async def _follow_adoption(to: Connections, intake: Intake, outcome: Outcome) -> None:
    """What started under a calendar that another one has replaced by now gets that one.

    A reservation carries the calendar of its day. Where the ledger is away now, adopting again
    finds these demands.
    """
    if not outcome.started:
        return
    with contextlib.suppress(SystemUnreachable):
        tables = await of_ledger(to, lambda: tables_in_force(to.pool))
        swept = await sweep(to, intake.by, tables, only=outcome.started)
        outcome.failed += swept.failed


def _key(row: GoodRow) -> tuple[str, str]:
    return row.enterprise.uscc, text_key(row.text)


async def _reserve_all(
    to: Connections, intake: Intake, rows: Sequence[GoodRow], outcome: Outcome
) -> list[asyncpg.Record]:
    """Reserve what is new, in one transaction; all reservations of the list. Repeatable."""
    outcome.duplicates.clear()
    outcome.numbers.clear()
    async with to.pool.acquire() as connection, connection.transaction():
        opened = await connection.fetchrow(sql("open_list"), intake.list_id, intake.meeting)
        assert opened is not None
        intake = replace(intake, meeting=opened["meeting"])  # a later part of a list names none
        known = await connection.fetch(sql("reservations_of_list"), intake.list_id)
        taken = {(r["enterprise"], r["text_key"]): r["demand"] for r in known}
        before = await _texts_before(connection, rows)
        number = opened["last_number"]
        calendar = await calendar_in_force(connection)
        for row in rows:
            demand = taken.get(_key(row))
            if demand is None:
                number += 1
                demand = f"{intake.list_id}-{number:03d}"
                # A long list takes seconds here, in which whoever shares this loop goes on.
                like = await asyncio.to_thread(_alike, row, before)
                taken[_key(row)] = demand
                command = _command(intake, row, demand, like, calendar)
                await _reserve(connection, row, command, number)
                before.append((demand, row.enterprise.uscc, row.text))
                if like:
                    outcome.duplicates.append(Duplicate(demand, like))
            outcome.numbers[row.sheet, row.row] = demand
        await connection.execute(sql("set_last_number"), intake.list_id, number)
        return await connection.fetch(sql("reservations_of_list"), intake.list_id)


async def _texts_before(
    connection: asyncpg.pool.PoolConnectionProxy | Pool, rows: Sequence[GoodRow]
) -> list[tuple[str, str, str]]:
    enterprises = sorted({row.enterprise.uscc for row in rows})
    found = await connection.fetch(sql("texts_of_enterprises"), enterprises)
    return [(r["demand"], r["enterprise"], r["text"]) for r in found]


async def possible_duplicates(
    pool: Pool, rows: Sequence[GoodRow]
) -> dict[tuple[str, int], tuple[str, ...]]:
    """The demands that each of these rows may repeat, by sheet and row; only rows that have any."""
    before = await _texts_before(pool, rows)
    found = await asyncio.to_thread(lambda: [(row, _alike(row, before)) for row in rows])
    return {(row.sheet, row.row): like for row, like in found if like}


def _alike(row: GoodRow, before: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(
        demand
        for demand, enterprise, text in before
        if enterprise == row.enterprise.uscc and similarity(text, row.text) >= SIMILAR
    )


def _command(
    intake: Intake, row: GoodRow, demand: str, like: tuple[str, ...], calendar: Calendar
) -> ListDemand:
    return ListDemand(
        by=intake.by,
        demand=demand,
        list_id=intake.list_id,
        meeting=intake.meeting,
        enterprise=row.enterprise,
        chain=row.chain,
        category=row.category,
        urgency=row.urgency,
        text=row.text,
        raised_on=row.raised_on,
        contact=row.contact,
        remark=row.remark,
        source=SourceRow(file=intake.file, sheet=row.sheet, row=row.row) if row.sheet else None,
        possible_duplicates=like,
        policy=intake.policy,
        calendar=calendar,
    )


async def _reserve(
    connection: asyncpg.pool.PoolConnectionProxy, row: GoodRow, command: ListDemand, number: int
) -> None:
    await connection.fetchrow(
        sql("reserve"),
        command.demand,
        command.list_id,
        number,
        row.enterprise.uscc,
        text_key(row.text),
        str(uuid.uuid5(_COMMAND_IDS, command.demand)),
        command.model_dump_json(),
        json.dumps(_amendable(row), ensure_ascii=False),
    )


def _amendable(row: GoodRow) -> dict[str, Any]:
    return row.model_dump(
        mode="json", include={"category", "urgency", "raised_on", "contact", "remark"}
    )


async def _settle(
    to: Connections,
    intake: Intake,
    reservation: asyncpg.Record,
    wanted: dict[tuple[str, str], GoodRow],
    outcome: Outcome,
) -> None:
    """Bring one reserved demand to where the list wants it."""
    demand = reservation["demand"]
    row = wanted.get((reservation["enterprise"], reservation["text_key"]))
    try:
        if reservation["seq"] is None:
            await _start(to, reservation, outcome)
        if row is None:
            return
        imported = json.loads(reservation["imported"])
        changes = {k: v for k, v in _amendable(row).items() if v != imported[k]}
        if changes:
            await _amend(to, intake, demand, changes, row)
            outcome.amended.append(demand)
        elif reservation["seq"] is not None:
            outcome.unchanged.append(demand)
    except CommandRefused as refused:
        if refused.code == RefusalCode.ENDED.value:
            outcome.ended.append(demand)
        else:
            outcome.failed.append(Failure(demand, refused))
    except LianbanError as error:
        outcome.failed.append(Failure(demand, error))


async def _start(to: Connections, reservation: asyncpg.Record, outcome: Outcome) -> None:
    command = ListDemand.model_validate_json(reservation["command"])
    accepted = await to.gateway.start(command, reservation["command_id"])
    outcome.started.append(command.demand)
    if not accepted.recorded:
        outcome.unrecorded.append(command.demand)


async def _amend(
    to: Connections, intake: Intake, demand: str, changes: dict[str, Any], row: GoodRow
) -> None:
    """Amend what the list says anew. A date taken out of the list stays as it was."""
    # An account's rights are looked up again with each command; an operator is in no directory.
    who = intake.by if intake.by.role is Role.OPERATOR else intake.by.account
    try:
        await to.gateway.act(demand, who, "amend", changes | {"reason": intake.file})
    except CommandRefused as refused:
        if refused.code != RefusalCode.NOTHING_TO_AMEND.value:
            raise
    imported = json.dumps(_amendable(row), ensure_ascii=False)
    await of_ledger(to, lambda: to.pool.execute(sql("set_imported"), demand, imported))
