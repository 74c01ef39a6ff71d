"""Leaders' numbers: what waits for their word, the chains at a glance, what charts are drawn of.

Each number is defined in docs/figures.md, and in a sentence on the page that shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.calendar import PARK_TIME
from domain.scope import Scope
from domain.state import DemandState
from ledger.pool import Pool
from ledger.scopes import arguments_of
from ledger.sql import sql

AGES = (3, 7, 15, 30, 60)
"""Days that part one group of open demands from the next."""
WEEKS = 12
YEAR = timedelta(days=365)
"""For how long resolutions and evaluations count."""
HIGHEST = 5


@dataclass(frozen=True)
class Escalated:
    """What waits for a leader's word, as far as it is shown; `everything` counts all of it."""

    states: tuple[tuple[DemandState, int], ...]
    everything: int


@dataclass(frozen=True)
class ChainNumbers:
    """One chain at a glance, or, with an empty code, all of them."""

    chain: str
    name: str
    open: int
    overdue: int
    soon: int
    closed: int
    escalated: int


@dataclass(frozen=True)
class UnitOnTime:
    """Deadlines to resolve of one unit: met in time, met late, passed and not met."""

    unit: str
    name: str
    in_time: int
    late: int
    waiting: int

    @property
    def of(self) -> int:
        """All that count."""
        return self.in_time + self.late + self.waiting

    @property
    def rate(self) -> int:
        """按时率 in whole percent, rounded down: 100 is said of nobody who was late once."""
        return 100 * self.in_time // self.of


@dataclass(frozen=True)
class Week:
    """What came and what went in the week that began on that Monday."""

    monday: date
    came: int
    went: int


@dataclass(frozen=True)
class Scores:
    """How often enterprises gave each score, the best first; `silent` gave none."""

    given: tuple[tuple[int, int], ...]
    silent: int

    @property
    def of(self) -> int:
        """How many were given."""
        return sum(count for _, count in self.given)

    @property
    def mean(self) -> float | None:
        """Their mean; None where nobody has given any."""
        total = sum(score * count for score, count in self.given)
        return total / self.of if self.of else None


async def escalated(pool: Pool, scope: Scope, limit: int) -> Escalated:
    """What waits for a leader's word, the first to go up first, each with its seq."""
    rows = await pool.fetch(sql("escalated"), *arguments_of(scope), limit)
    states = tuple((DemandState.model_validate_json(row["state"]), row["seq"]) for row in rows)
    return Escalated(states, rows[0]["everything"] if rows else 0)


async def chains(pool: Pool, scope: Scope, now: datetime, soon: datetime) -> list[ChainNumbers]:
    """The chains of a scope that have or had demands, by code."""
    month = datetime.combine(month_of(now), time(), PARK_TIME)
    rows = await pool.fetch(sql("chains_at_a_glance"), *arguments_of(scope), now, soon, month)
    return [ChainNumbers(**row) for row in rows]


def month_of(now: datetime) -> date:
    """The first day of this month, in the park."""
    return now.astimezone(PARK_TIME).date().replace(day=1)


def together(found: Sequence[ChainNumbers]) -> ChainNumbers:
    """All chains as one."""
    numbers = ("open", "overdue", "soon", "closed", "escalated")
    sums = {name: sum(getattr(one, name) for one in found) for name in numbers}
    return ChainNumbers(chain="", name="", **sums)


async def ages(pool: Pool, scope: Scope, now: datetime) -> list[int]:
    """Open demands by age: up to each of `AGES` days, and older."""
    instants = [now - timedelta(days=days) for days in AGES]
    rows = await pool.fetch(sql("figures_age"), *arguments_of(scope), instants)
    return [row["demands"] for row in rows]


async def on_time(pool: Pool, scope: Scope, now: datetime) -> list[UnitOnTime]:
    """按时率 by unit, the lowest first; where equal, whoever has more to answer for."""
    rows = await pool.fetch(sql("figures_on_time"), *arguments_of(scope), now - YEAR)
    found = [UnitOnTime(**row) for row in rows]
    return sorted(found, key=lambda one: (one.rate, -one.of, one.unit))


async def weekly(pool: Pool, scope: Scope, now: datetime) -> list[Week]:
    """In and out of the last `WEEKS` weeks, this one the last."""
    today = now.astimezone(PARK_TIME).date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    rows = await pool.fetch(sql("figures_weekly"), *arguments_of(scope), first, WEEKS)
    return [Week(**row) for row in rows]


async def scores(pool: Pool, scope: Scope, now: datetime) -> Scores:
    """What enterprises said."""
    rows = await pool.fetch(sql("figures_scores"), *arguments_of(scope), now - YEAR)
    given = {row["score"]: row["given"] for row in rows}
    counted = tuple((score, given.get(score, 0)) for score in range(HIGHEST, 0, -1))
    return Scores(counted, sum(row["silent"] for row in rows))
