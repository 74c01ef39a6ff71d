"""Many demands at once: a few at a time, each with its book, its histories and their replay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime

from temporalio.client import WorkflowHistory

from audit.books import read_books
from audit.judge import Case, judge, open_case
from audit.rederive import rederive
from audit.verdicts import Reason, Standing, Verdict
from ledger.pool import Pool

Histories = Callable[[str], Awaitable[Sequence[WorkflowHistory]]]
"""Gives all runs of a demand, oldest first: the audit itself speaks to no engine."""

AT_ONCE = 20
"""Demands whose histories are fetched and replayed together."""

AHEAD = 2
"""Such groups under way: one is fetched while the other is replayed."""

LOOKS = 3
"""How often a demand that just moved is looked at, a second apart, before it counts as behind."""


async def cases(pool: Pool, fetch: Histories, demands: Sequence[str]) -> list[Case]:
    """The cases of some demands, read now. The ledger first: it is then never ahead."""
    books = await read_books(pool, demands)
    runs = await asyncio.gather(*(fetch(demand) for demand in demands))
    rederived = await rederive([history for histories in runs for history in histories])
    return [
        await open_case(books[demand], histories, rederived)
        for demand, histories in zip(demands, runs, strict=True)
    ]


async def verdicts(pool: Pool, fetch: Histories, demands: Sequence[str]) -> list[Verdict]:
    """The verdicts on some demands, in the same order; who just moved is looked at again."""
    found: dict[str, Verdict] = {}
    wanted = list(demands)
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(1)
        for case in await cases(pool, fetch, wanted):
            found[case.book.demand] = judge(case, datetime.now(UTC))
        wanted = [demand for demand in wanted if _moving(found[demand])]
        if not wanted:
            break
    return [found[demand] for demand in demands]


async def verify(
    pool: Pool, fetch: Histories, demands: Sequence[str]
) -> AsyncIterator[list[Verdict]]:
    """The verdicts on any number of demands, group by group as they are done."""
    gate = asyncio.Semaphore(AHEAD)

    async def group(some: Sequence[str]) -> list[Verdict]:
        async with gate:
            return await verdicts(pool, fetch, some)

    groups = [demands[n : n + AT_ONCE] for n in range(0, len(demands), AT_ONCE)]
    tasks = [asyncio.create_task(group(some)) for some in groups]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _moving(verdict: Verdict) -> bool:
    """Whether events may have been on their way while we looked."""
    if verdict.standing is Standing.LAGGING:
        return True
    return any(finding.reason is Reason.ROW_MISSING for finding in verdict.findings)
