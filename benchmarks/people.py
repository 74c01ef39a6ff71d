"""Fifty people clicking through their pages, and each list page beside the query behind it.

The park has some thousands of demands. Everybody signs in, then opens page after page with a breath
between them, as people do; what counts is how long a page takes until its last byte. Meanwhile the
query behind each list is asked for by itself, on the same machine at the same time: the ratio is
what the page costs beyond it.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import httpx2

from domain.commands import ListDemand
from domain.scope import scope_of
from ledger import demand_views, reads
from ledger.demand_views import Instants, View
from ledger.pool import Pool
from ledger.sql import sql
from starter.access import sessions
from starter.gateway import Gateway
from web.viewer import SESSION_COOKIE

BREATH = 1.0
"""Seconds that a person looks at a page, on average."""

QUANTILES = (0.5, 0.95)

_NUMBER = re.compile(r"/demands/[A-Z0-9-]+$")
_PAGE, _CALLERS = 50, 32

UNITS = tuple(f"u{number:02d}" for number in range(22))
SQUADS = tuple(f"s{number:02d}{rank}" for number in range(1, 11) for rank in ("", "m"))
LEADERS = ("leader-pc", "leader-mt", "leader-ne", "leader-ge", "committee")
DESK = (
    *("/demands", "/demands?colour=red", "/demands?state=listed", "/demands?q=ynyn"),
    *("/demands?sort=enterprise", "/tasks", "/inbox", "/messages", "/register", "/lists"),
)

Query = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Person:
    """Somebody who signs in as `account` and opens these pages in any order."""

    account: str
    pages: Sequence[str]


@dataclass
class Took:
    """Seconds of every page by its name, and of every bare query."""

    pages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0


async def click(
    base: str,
    pool: Pool,
    people: Sequence[Person],
    names: Callable[[str], str],
    queries: Mapping[str, Query],
    seconds: float,
) -> Took:
    """Let them click for so long."""
    took, end = Took(), time.monotonic() + seconds
    await asyncio.gather(
        *(_person(base, pool, person, names, took, end) for person in people),
        _ask(queries, took, end),
    )
    return took


async def _person(
    base: str, pool: Pool, person: Person, names: Callable[[str], str], took: Took, end: float
) -> None:
    chance = random.Random(person.account)
    token = await sessions.begin(pool, person.account, "benchmark")
    cookies = {SESSION_COOKIE: token}
    async with httpx2.AsyncClient(
        base_url=base, cookies=cookies, timeout=60, trust_env=False
    ) as client:
        await asyncio.sleep(chance.random() * BREATH)
        while time.monotonic() < end:
            path = chance.choice(person.pages)
            began = time.perf_counter()
            answer = await client.get(path, headers={"accept-encoding": "gzip"})
            took.pages[names(path)].append(time.perf_counter() - began)
            took.failed += answer.status_code != 200
            await asyncio.sleep(chance.uniform(0.5, 1.5) * BREATH)


async def _ask(queries: Mapping[str, Query], took: Took, end: float) -> None:
    while time.monotonic() < end:
        for name, query in queries.items():
            began = time.perf_counter()
            await query()
            took.queries[name].append(time.perf_counter() - began)
            await asyncio.sleep(0.05)


def fifty(demands: Sequence[str]) -> list[Person]:
    """Fifty people as a park has them: clerks, units, squads, leaders, an auditor."""
    details = cycle(f"/demands/{demand}" for demand in demands)
    handling = ("/tasks", "/tasks", "/demands", "/inbox")
    return [
        *(Person(account, (*DESK, *islice(details, 8))) for account in ("bureau1", "bureau2") * 3),
        *(Person(account, handling) for account in (*UNITS, *SQUADS[:16])),
        *(Person(account, ("/leader", "/demands", "/tasks", "/inbox")) for account in LEADERS),
        Person("auditor1", ("/demands", "/looks", *islice(details, 4))),
    ]


def name_of(path: str) -> str:
    """A page's name in the report: one demand's page is like another's."""
    return "/demands/{demand}" if _NUMBER.search(path) else path


async def queries_of(gateway: Gateway, pool: Pool) -> dict[str, Query]:
    """The query behind each list page, as the bureau sees it."""
    actor = (await gateway.resolver()).actor("bureau1")
    scope, now = scope_of(actor), datetime.now(UTC)
    at = Instants(now, now + timedelta(days=1))

    def desk(view: View) -> Query:
        return lambda: demand_views.page(pool, scope, view, at, _PAGE)

    return {
        "/demands": desk(View()),
        "/demands?colour=red": desk(View(colour="red")),
        "/demands?state=listed": desk(View(states=("listed",))),
        "/demands?q=ynyn": desk(View(words=("ynyn",))),
        "/tasks": lambda: reads.tasks(pool, actor, now),
        "/inbox": lambda: pool.fetch(sql("inbox"), actor.account, _PAGE, False),
    }


async def populate(gateway: Gateway, listings: Sequence[ListDemand]) -> None:
    """Open demands; half of them are assigned, a quarter claimed."""
    queue = list(enumerate(listings))

    async def caller() -> None:
        while queue:
            number, listing = queue.pop()
            await gateway.start(listing, f"people-{listing.demand}")
            if number % 2:
                unit = UNITS[number % len(UNITS)]
                await gateway.act(listing.demand, "bureau1", "assign", {"unit": unit.upper()})
                if number % 4 == 1:
                    fields = {"responsible_leader": "L", "handler": unit}
                    await gateway.act(listing.demand, unit, "claim", fields)

    await asyncio.gather(*(caller() for _ in range(_CALLERS)))


def report(took: Took, people: int, demands: int) -> None:
    """A line a page."""
    print(f"\n{people} people, {demands} demands")
    print(f"  {'page':24}{'p50 ms':>9}{'p95 ms':>9}{'n':>7}{'query p50':>11}{'ratio':>8}")
    for name, seconds in sorted(took.pages.items()):
        p50, p95 = (1000 * _quantile(seconds, q) for q in QUANTILES)
        line = f"  {name:24}{p50:9.1f}{p95:9.1f}{len(seconds):7}"
        if name in took.queries:
            bare = 1000 * _quantile(took.queries[name], 0.5)
            line += f"{bare:11.1f}{p50 / bare:8.1f}"
        print(line)
    print(f"  {took.failed} answers were not 200")


def _quantile(values: Sequence[float], quantile: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]
