"""Fifty people clicking through their pages, and each list page beside the query behind it.

The park has some thousands of demands. Everybody signs in, then opens page after page with a breath
between them, as people do; what counts is how long a page takes until its last byte. Meanwhile the
query behind each list is asked for by itself, on the same machine at the same time: the ratio is
what the page costs beyond it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx2

from ledger.pool import Pool
from starter.access import sessions
from web.viewer import SESSION_COOKIE

BREATH = 1.0
"""Seconds that a person looks at a page, on average."""

QUANTILES = (0.5, 0.95)

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
