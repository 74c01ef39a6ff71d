"""What timers cost: many open demands that wait, and a thousand that fall due at once.

First a minute with no demand, then one with all of them waiting: the difference is what waiting
costs. Then the burst. It is the worst there is: deadlines in working days all end at closing time,
so they fall due at the very same instant, and each is chased at once as well. Meanwhile some people
go on working on other demands, a few actions a second: how long that takes before the burst and
during it is compared within the run. All of it goes to a WeCom bot as well, as digests: a server on
loopback that refuses a message above twenty a minute, so the last leaves when the limit allows it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.lives import listing
from benchmarks.usage import Usage, usages
from domain.rules import Rules
from ledger.pool import Pool
from starter.gateway import Gateway
from starter.policies import PARK_DEFAULT, POLICIES, load_policy
from tests.support.bots import Bot

STARTERS = 32
PEOPLE, BREATH = 4, 0.2
"""Who acts during the burst, and how long each rests between two actions."""

BEFORE = 20.0
"""Seconds of acting before the burst, to compare with."""

SETTLE = 10.0
"""Seconds for what the start of the engines, or of many demands, has left to do."""

QUANTILES = (0.5, 0.95, 0.99)

Looks = tuple[dict[str, Usage], dict[str, Usage]]
"""What the processes used at the beginning and at the end of a time."""

_DUE = """
    SELECT count(*) AS told, max(recorded_at) AS last FROM events
     WHERE kind = 'became_overdue' AND demand = ANY($1)
"""
_LATENESS = """
    SELECT extract(epoch FROM at - $2::timestamptz)::float8 AS declared,
           extract(epoch FROM recorded_at - $2::timestamptz)::float8 AS recorded
      FROM events WHERE kind = 'became_overdue' AND demand = ANY($1)
"""
_TWICE = """
    SELECT count(*) FROM (SELECT 1 FROM events WHERE kind = 'became_overdue' AND demand = ANY($1)
     GROUP BY demand HAVING count(*) > 1) AS more
"""
_SENDING = """
    SELECT count(*) FILTER (WHERE m.status = 'sent') AS sent,
           count(*) FILTER (WHERE m.status IN ('sent', 'failed', 'uncertain')) AS settled,
           extract(epoch FROM max(b.settled_at) - $2::timestamptz)::float8 AS last
      FROM messages m LEFT JOIN batches b USING (batch)
     WHERE m.channel <> 'inbox' AND m.demand = ANY($1)
"""
_BUSIEST = """
    SELECT max(sent) FROM (SELECT count(*) OVER (ORDER BY started_at
           RANGE BETWEEN INTERVAL '60 seconds' PRECEDING AND CURRENT ROW) AS sent
      FROM batches WHERE started_at IS NOT NULL) AS minutes
"""


@dataclass
class Sizes:
    """How many wait, how many fall due at once, and for how many seconds it is looked at idle."""

    waiting: int
    due: int
    idle: float


@dataclass
class Acting:
    """People who act on demands that nothing else happens to; seconds of each action."""

    gateway: Gateway
    demands: Sequence[str]
    seconds: list[tuple[float, float]] = field(default_factory=list)
    over: bool = False

    async def act(self) -> None:
        """Until it is over."""

        async def person(demand: str) -> None:
            for number in itertools.count():
                if self.over:
                    return
                began = time.perf_counter()
                await self.gateway.act(demand, "bureau1", "amend", {"remark": f"第{number}次"})
                self.seconds.append((began, time.perf_counter() - began))
                await asyncio.sleep(BREATH)

        await asyncio.gather(*(person(demand) for demand in self.demands))

    def between(self, begin: float, end: float) -> list[float]:
        """The actions that began then, by `time.perf_counter`."""
        return [seconds for began, seconds in self.seconds if begin <= began < end]


def in_seconds(seconds: int) -> Rules:
    """The demonstration's rules with that time to assign, and only what is done at the deadline."""
    fields: dict[str, Any] = load_policy(POLICIES / "demo.toml").model_dump(mode="json")
    fields["clocks"]["assign"] = f"{seconds}s"
    fields["ladder"] = [rung for rung in fields["ladder"] if rung["after"] is None]
    fields["messages"]["digest"] = True
    return Rules.model_validate(fields)


def named(kind: str, count: int) -> list[str]:
    """Ids of demands."""
    return [f"TIMERS-{kind}-{number}" for number in range(1, count + 1)]


async def opened(gateway: Gateway, demands: Sequence[str], due: datetime | None = None) -> float:
    """Open demands, which fall due at that instant or after days; how many a second."""
    policy = load_policy(PARK_DEFAULT)
    queue = list(demands)
    began = time.perf_counter()

    async def starter() -> None:
        while queue:
            demand = queue.pop()
            left = (due - datetime.now(UTC)).total_seconds() if due else 0
            command = listing(demand, in_seconds(round(left)) if due else policy)
            await gateway.start(command, str(uuid.uuid4()))

    await asyncio.gather(*(starter() for _ in range(STARTERS)))
    return len(demands) / (time.perf_counter() - began)


async def run(
    gateway: Gateway, pool: Pool, pids: Mapping[str, int], sizes: Sizes, bot: Bot
) -> None:
    """Everything, and print it."""
    print(f"\ntimers: {sizes.waiting} waiting, {sizes.due} due at one instant")
    await asyncio.sleep(SETTLE)
    nothing = await _idle(pids, sizes.idle)
    rate = await opened(gateway, named("WAITING", sizes.waiting))
    print(f"  opened {rate:.1f} a second by {STARTERS} callers")
    await asyncio.sleep(SETTLE)
    _report_idle(nothing, await _idle(pids, sizes.idle), sizes)
    await _burst(gateway, pool, sizes, rate, bot)


async def _idle(pids: Mapping[str, int], seconds: float) -> Looks:
    before = usages(pids)
    await asyncio.sleep(seconds)
    return before, usages(pids)


def _report_idle(nothing: Looks, waiting: Looks, sizes: Sizes) -> None:
    print(f"  {'':10}{'MB':>8}{'MB then':>9}{'kB each':>9}{'CPU %':>8}{'CPU % then':>12}")
    for name in nothing[0]:
        memory, then = nothing[1][name].memory, waiting[1][name].memory
        more = 1024 * (then - memory) / sizes.waiting
        shares = f"{_share(nothing, name):8.2f}{_share(waiting, name):12.2f}"
        print(f"  {name:10}{memory:8.0f}{then:9.0f}{more:9.1f}{shares}")
    print(f"  CPU of one core over {sizes.idle:.0f} s with no demand, and then with all waiting")


def _share(looks: Looks, name: str) -> float:
    """Percent of one core between two looks."""
    first, last = looks[0][name], looks[1][name]
    return 100 * (last.cpu - first.cpu) / (last.when - first.when)


async def _burst(gateway: Gateway, pool: Pool, sizes: Sizes, rate: float, bot: Bot) -> None:
    due = datetime.now(UTC).replace(microsecond=0)
    due += timedelta(seconds=round(2 * sizes.due / rate + BEFORE) + 20)
    demands = named("DUE", sizes.due)
    acting = Acting(gateway, named("ACTED-ON", PEOPLE))
    await opened(gateway, acting.demands)
    await opened(gateway, demands, due)
    left = (due - datetime.now(UTC)).total_seconds()
    assert left > BEFORE, "it took longer to open them than the first ones"
    await asyncio.sleep(left - BEFORE)
    people = asyncio.create_task(acting.act())
    begin = time.perf_counter()
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds() - 1)
    before = time.perf_counter()
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
    burst = time.perf_counter()
    last = await _until_all_told(pool, demands)
    end = time.perf_counter()
    acting.over = True
    await people
    rows = await pool.fetch(_LATENESS, demands, due)
    twice = await pool.fetchval(_TWICE, demands)
    took = (last - due).total_seconds()
    print(f"\n  all {sizes.due} in the ledger {took:.1f} s after they were due, {twice} twice")
    for name in ("declared", "recorded"):
        quantiles = [_quantile([row[name] for row in rows], q) for q in QUANTILES]
        print(f"  {name:10}late by s  " + "".join(f"{value:9.2f}" for value in quantiles))
    _report_actions(acting.between(begin, before), acting.between(burst, end))
    await _report_sending(pool, demands, due, bot)


async def _report_sending(pool: Pool, demands: Sequence[str], due: datetime, bot: Bot) -> None:
    while True:
        row = await pool.fetchrow(_SENDING, demands, due)
        assert row is not None
        if row["settled"] >= len(demands):
            break
        await asyncio.sleep(1)
    refused = len(bot.requests) - len(bot.received)
    busiest = await pool.fetchval(_BUSIEST)
    print(
        f"\n  messages to the bot: {row['sent']} of {row['settled']} in {len(bot.received)} digests"
        f", the last {row['last']:.0f} s after they were due;"
        f" {busiest} in the busiest minute (limit {bot.per_minute}), {refused} refused by it"
    )


async def _until_all_told(pool: Pool, demands: Sequence[str]) -> datetime:
    while True:
        row = await pool.fetchrow(_DUE, demands)
        assert row is not None
        if row["told"] >= len(demands):
            last: datetime = row["last"]
            return last
        await asyncio.sleep(0.25)


def _quantile(values: Sequence[float], quantile: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


def _report_actions(before: Sequence[float], during: Sequence[float]) -> None:
    print(f"  actions on other demands, ms{'p50':>11}{'p95':>9}{'p99':>9}{'n':>7}")
    table = [[1000 * _quantile(some, q) for q in QUANTILES] for some in (before, during)]
    for name, values, some in zip(("before", "during"), table, (before, during), strict=True):
        cells = "".join(f"{value:9.1f}" for value in values)
        print(f"    {name:26}{cells}{len(some):7}")
    ratios = "".join(f"{b / a:9.2f}" for a, b in zip(*table, strict=True))
    print(f"    {'ratio':26}{ratios}")
