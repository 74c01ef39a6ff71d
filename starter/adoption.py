"""Adopting a calendar: a year's table, or office hours, that counts in this park from now on.

First the ledger learns of it, then every open demand (`starter.adoption_sweep`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from domain.actors import Actor
from domain.authority import right_to
from domain.calendar import PARK_TIME, Holiday, YearTable, never_closing
from domain.refusal import RefusalCode
from ledger.sql import sql
from starter.adoption_sweep import Progress, Swept, foresee, sweep
from starter.calendar_in_force import Tables, rank, tables_in_force
from starter.calendars import Office, load_office, load_year
from starter.connections import Connections, of_ledger
from starter.errors import CommandRefused
from starter.toml_file import mistake

FESTIVALS = {
    "元旦": ("元旦",),
    "春节": ("春节", "除夕"),
    "清明节": ("清明",),
    "劳动节": ("劳动", "五一"),
    "端午节": ("端午",),
    "中秋节": ("中秋",),
    "国庆节": ("国庆", "十一"),
}
"""The statutory festivals of every year, and by which words a table's names are known."""

_BREATH = 0.2


@dataclass(frozen=True)
class Files:
    """What is to be adopted: a year's table, office hours, or both.

    `incomplete` takes a published table without a festival that every year has.
    """

    year: Path | None = None
    office: Path | None = None
    incomplete: bool = False


@dataclass(frozen=True)
class Adopted:
    """What counts now, and what came of the open demands."""

    tables: Tables
    year: YearTable | None
    office: Office | None
    swept: Swept


async def adopt(
    to: Connections,
    by: Actor,
    files: Files,
    progress: Progress = lambda done, total: None,
    dry_run: bool = False,
) -> Adopted:
    """Publish what the files say, then revise the open demands; repeating it does what is left.

    A dry run writes nothing and says what would move by now.

    Raises `FileInvalid` where a file can't be adopted, `CommandRefused` where the actor may not or
    another adoption is under way, `SystemUnreachable`; what fails for one demand is in the outcome.
    """
    if right_to(by, "adopt_calendar", None) is None:
        facts = {"account": by.account, "role": by.role.value, "act": "adopt_calendar"}
        raise CommandRefused(RefusalCode.NOT_AUTHORIZED.value, **facts)
    year = load_year(files.year) if files.year else None
    office = load_office(files.office) if files.office else None
    async with _alone(to):
        before = await of_ledger(to, lambda: tables_in_force(to.pool))
        earliest = await _earliest_year(to)
        if year is not None and files.year is not None:
            check_year(files.year, year, before, earliest)
            if not files.incomplete:
                check_complete(year, before)
        if office is not None and files.office is not None:
            check_office(files.office, office, before)
        if dry_run:
            tables = before.but([] if year is None else [year], office)
            return Adopted(tables, year, office, await foresee(to, by, tables, progress))
        await of_ledger(to, lambda: _publish(to, by, year, office))
        tables = await of_ledger(to, lambda: tables_in_force(to.pool))
        return Adopted(tables, year, office, await sweep(to, by, tables, progress))


def check_year(file: Path, year: YearTable, before: Tables, earliest: int) -> None:
    """Raise `FileInvalid` where the table can't be adopted over what counts already."""
    version, facts = rank(year.version), {"version": year.version}
    if version is None or version[0] != year.year or year.version.startswith("office"):
        raise mistake(file, ("version",), "calendar.version_form", form=f"{year.year}.1")
    if year.year < earliest:
        raise mistake(file, ("year",), "calendar.year_over", year=str(year.year))
    same = [t for t in before.known if (t.year, t.version) == (year.year, year.version)]
    if any(table != year for table in same):
        raise mistake(file, ("version",), "calendar.version_taken", **facts)
    now = before.table(year.year)
    if now is None or now == year:
        return
    facts["now"] = now.version
    if year.provisional and not now.provisional:
        raise mistake(file, ("provisional",), "calendar.provisional_over_published", **facts)
    if version < (rank(now.version) or (0, 0)):
        raise mistake(file, ("version",), "calendar.version_lower", **facts)


def check_complete(year: YearTable, before: Tables) -> None:
    """Raise `CommandRefused` where a published table lacks a festival that the year must have.

    Half a table counts at once, and takes the days off away from whoever reckons with them.
    """
    now = before.table(year.year)
    if year.provisional or now == year:
        return
    there = " ".join(holiday.name for holiday in year.holidays)
    known = [name for holiday in (now.holidays if now else ()) for name in _names(holiday)]
    missing = [name for name, words in FESTIVALS.items() if not any(w in there for w in words)]
    statutory = [word for words in FESTIVALS.values() for word in words]
    others = (name for name in known if not any(word in name for word in statutory))
    missing += [name for name in dict.fromkeys(others) if name not in there]
    if missing:
        facts = {"year": str(year.year), "version": year.version}
        raise CommandRefused("calendar_incomplete", **facts, missing="、".join(missing))


def _names(holiday: Holiday) -> list[str]:
    """A span that holds two festivals is named after both."""
    return [name.strip() for name in re.split("[、，,]", holiday.name) if name.strip()]


def check_office(file: Path, office: Office, before: Tables) -> None:
    """Raise `FileInvalid` where the hours can't be adopted over those that count already."""
    version, facts = rank(office.version), {"version": office.version}
    if version is None or not office.version.startswith("office"):
        raise mistake(file, ("version",), "calendar.version_form", form="office-2027.1")
    if any(o.version == office.version and o != office for o in before.offices):
        raise mistake(file, ("version",), "calendar.version_taken", **facts)
    if version < (rank(before.office.version) or (0, 0)):
        now = before.office.version
        raise mistake(file, ("version",), "calendar.version_lower", **facts, now=now)


async def _publish(
    to: Connections, by: Actor, year: YearTable | None, office: Office | None
) -> None:
    async with to.pool.acquire() as connection, connection.transaction():
        if year is not None:
            body = year.model_dump_json()
            await connection.execute(sql("adopt_year"), year.year, year.version, body, by.account)
        if office is not None:
            body = office.model_dump_json()
            await connection.execute(sql("adopt_office"), office.version, body, by.account)


async def _earliest_year(to: Connections) -> int:
    """The first year that a clock may still look at: that of the oldest open demand, or this."""
    nobody: list[str] | None = None
    version = never_closing().version
    rows = await of_ledger(to, lambda: to.pool.fetch(sql("by_calendar"), version, nobody))
    instants = [datetime.now(UTC), *(row["listed_at"] for row in rows)]
    first: datetime = min(instants)
    return first.astimezone(PARK_TIME).year


@asynccontextmanager
async def _alone(to: Connections) -> AsyncIterator[None]:
    """One adoption at a time in a park: two would give the demands now this, now that calendar.

    What a killed process held is free as soon as PostgreSQL has noticed.
    """
    async with to.pool.acquire() as connection:
        await _begin(connection, min(to.settings.patience, 10.0))
        try:
            yield
        finally:
            if not connection.is_closed():
                await connection.fetchval(sql("adoption_ends"))


async def _begin(connection: asyncpg.pool.PoolConnectionProxy, patience: float) -> None:
    clock = asyncio.get_running_loop()
    end = clock.time() + patience
    while not await connection.fetchval(sql("adoption_begins")):
        if clock.time() > end:
            raise CommandRefused("adoption_running")
        await asyncio.sleep(_BREATH)
