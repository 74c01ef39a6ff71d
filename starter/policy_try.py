"""Trying a policy on what has been recorded: how many would have been late. Changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import asyncpg
from pydantic import ValidationError

from domain.chain import parse_event
from domain.events import Event, Listed
from domain.rules import Clock
from domain.scope import EVERYTHING, Scope
from domain.what_if import Late, Trial, late_as_recorded
from ledger.pool import Pool
from ledger.scopes import arguments_of
from ledger.sql import sql
from starter.calendar_in_force import Tables
from starter.calendars import OFFICE_FILE, load_office, load_year, load_years

_AT_ONCE = 2_000
_SAMPLE = 10


@dataclass(frozen=True)
class Period:
    """The demands listed from `begin` to before `end`, as of `until`."""

    begin: datetime
    end: datetime
    until: datetime


@dataclass(frozen=True)
class Tried:
    """One demand: what was late, and what would have been."""

    demand: str
    enterprise: str
    text: str
    recorded: tuple[Late, ...]
    tried: tuple[Late, ...]

    @property
    def minutes(self) -> int:
        """Working minutes late, all its deadlines together."""
        return sum(late.minutes for late in self.tried)


@dataclass(frozen=True)
class Both:
    """How many demands would have been late, beside how many were."""

    tried: int
    recorded: int


@dataclass
class Comparison:
    """All demands of the period. `before_deadlines` began under rules that set none."""

    demands: int = 0
    before_deadlines: int = 0
    late: list[Tried] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def total(self) -> Both:
        """Demands late with anything."""
        return Both(
            sum(bool(one.tried) for one in self.late), sum(bool(o.recorded) for o in self.late)
        )

    def by_clock(self) -> dict[Clock, Both]:
        """Demands late with each clock, in the order of the clocks."""
        tried = Counter(c for one in self.late for c in {late.clock for late in one.tried})
        recorded = Counter(c for one in self.late for c in {late.clock for late in one.recorded})
        return {c: Both(tried[c], recorded[c]) for c in Clock if tried[c] or recorded[c]}

    def by_unit(self) -> dict[tuple[str, str], Both]:
        """Demands late by each unit (code, name), the most of them first; the bureau is empty."""
        tried = Counter(u for one in self.late for u in _units(one.tried))
        recorded = Counter(u for one in self.late for u in _units(one.recorded))
        units = sorted({*tried, *recorded}, key=lambda u: (-tried[u], -recorded[u], u))
        return {unit: Both(tried[unit], recorded[unit]) for unit in units}

    def worst(self) -> list[Tried]:
        """The ten that would have been late for longest."""
        late = [one for one in self.late if one.tried]
        return sorted(late, key=lambda one: (-one.minutes, one.demand))[:_SAMPLE]


def _units(late: Iterable[Late]) -> set[tuple[str, str]]:
    return {(one.unit, one.unit_name) for one in late}


async def compare(
    pool: Pool, period: Period, trial: Trial, scope: Scope = EVERYTHING
) -> Comparison:
    """Fold every demand of the period twice: as it was, and under the trial."""
    found = Comparison()
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        async for demand, bodies in _demands(connection, period, scope):
            found.demands += 1
            _try(found, demand, bodies, period, trial)
    return found


def _try(
    found: Comparison, demand: str, bodies: Sequence[str], period: Period, trial: Trial
) -> None:
    try:
        events = [_event(body) for body in bodies]
        listed = events[0]
        assert isinstance(listed, Listed)
        tried = trial.late(events, period.until)
        recorded = late_as_recorded(events, period.until)
    except (ValidationError, ValueError, KeyError, AssertionError, OverflowError):
        found.unreadable.append(demand)  # tampered with, or beyond all reckoning: not ours to judge
        return
    found.before_deadlines += listed.calendar is None
    if tried or recorded:
        found.late.append(Tried(demand, listed.enterprise.name, listed.text, recorded, tried))


def _event(body: str) -> Event:
    return parse_event(json.loads(body)["event"])


async def _demands(
    connection: asyncpg.pool.PoolConnectionProxy, period: Period, scope: Scope
) -> AsyncIterator[tuple[str, list[str]]]:
    """Each demand with the bodies of its events, without ever holding all of them."""
    cursor = connection.cursor(
        sql("events_listed_between"),
        period.begin,
        period.end,
        *arguments_of(scope),
        prefetch=_AT_ONCE,
    )
    demand, bodies = "", list[str]()
    async for row in cursor:
        if row["demand"] != demand and bodies:
            yield demand, bodies
            bodies = []
        demand = row["demand"]
        bodies.append(row["body"])
    if bodies:
        yield demand, bodies


def tables_of(path: Path, in_force: Tables) -> Tables:
    """A calendar to try: a folder of tables, or one year's table in place of that which counts.

    Raises `FileInvalid`.
    """
    if not path.is_dir():
        return in_force.but((load_year(path),))
    office = path / OFFICE_FILE
    return in_force.but(load_years(path), load_office(office) if office.exists() else None)
