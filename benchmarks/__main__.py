"""`make bench`: lives a second and latency of Lianban and of a bare workflow; what timers cost.

Both sides alternate round by round on the same engines. Figures are for reading, not for tests.
`make bench ARGS=timers` measures the timers alone, `ARGS=people` the pages, `ARGS=lives` the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from temporalio.client import Client

from benchmarks import people, timers
from benchmarks.lives import Live, Measured, bare_life, lianban_life, listing, measure
from ledger.directory import load
from ledger.migrate import migrate
from ledger.pool import Pool, open_pool
from runtime import logs
from runtime.embedded.child import ChildSpec
from runtime.embedded.info import StackInfo
from runtime.embedded.stack import Options, Stack
from runtime.temporal import connect
from starter.cli.up import web_spec
from starter.gateway import Gateway
from starter.workbook.directory_book import read_directory
from tests.support.bots import wecom_bot

DIRECTORY = Path(__file__).parents[1] / "samples" / "anning-directory.xlsx"
_CACHED = 6000
CHANNELS = """
[[channel]]
name = "bureau"
kind = "wecom"
url = "{url}"
serves = ["bureau"]
"""
_numbers = itertools.count(1)


async def prepare(info: StackInfo) -> None:
    """Schema and directory."""
    connection = await asyncpg.connect(info.postgres)
    try:
        await migrate(connection)
        await load(connection, read_directory(DIRECTORY))
    finally:
        await connection.close()


def workers(info: StackInfo, cached: int, channels: Path | None) -> Sequence[ChildSpec]:
    """One worker for each side, each a process of its own; ours keeps so many demands."""
    # The sandbox imports the workflow's module for each workflow: without .pyc it compiles it anew.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {
        "LIANBAN_DSN": info.postgres,
        "TEMPORAL_ADDRESS": info.temporal,
        "LIANBAN_LOG_LEVEL": "warning",
        "LIANBAN_MAX_CACHED_WORKFLOWS": str(cached),
    }
    if channels is not None:
        env["LIANBAN_CHANNELS"] = str(channels)
    return [
        ChildSpec(name="worker", argv=[sys.executable, "-m", "worker"], env=env),
        ChildSpec(name="bare", argv=[sys.executable, "-m", "benchmarks.bare_worker"], env=env),
    ]


def ids(count: int) -> list[str]:
    """Fresh demand ids."""
    return [f"BENCH-{next(_numbers)}" for _ in range(count)]


async def side_by_side(
    sides: dict[str, Live], rounds: int, lives: int, callers: int
) -> dict[str, Measured]:
    """Alternate the sides, the first of a round changing each time."""
    results = {name: Measured() for name in sides}
    order = list(sides)
    for number in range(rounds):
        for name in order if number % 2 == 0 else reversed(order):
            results[name].add(await measure(sides[name], ids(lives), callers))
    return results


def milliseconds(seconds: Sequence[float], quantile: float) -> float:
    """A quantile in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


def report(title: str, results: dict[str, Measured]) -> None:
    """A table of both sides and their ratio."""
    print(f"\n{title}")
    print(f"  {'':10}{'lives/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'p99/p50':>9}")
    for name, m in results.items():
        p50, p95, p99 = (milliseconds(m.actions, q) for q in (0.5, 0.95, 0.99))
        print(
            f"  {name:10}{m.lives / m.seconds:9.1f}{p50:9.1f}{p95:9.1f}{p99:9.1f}{p99 / p50:9.2f}"
        )
    ours, bare = results["lianban"], results["bare"]
    speed = (ours.lives / ours.seconds) / (bare.lives / bare.seconds)
    latency = statistics.median(ours.actions) / statistics.median(bare.actions)
    print(f"  ratio     lives/s {speed:.2f} of bare, median latency {latency:.2f} times bare")


async def grow(gateway: Gateway, count: int) -> None:
    """Open so many demands and leave them open."""
    began = time.perf_counter()
    queue = ids(count)

    async def caller() -> None:
        while queue:
            demand = queue.pop()
            await gateway.start(listing(demand), f"grow-{demand}")

    await asyncio.gather(*(caller() for _ in range(32)))
    print(f"\n{count} demands opened in {time.perf_counter() - began:.0f} s")


async def run(options: argparse.Namespace, data: Path) -> None:
    """Everything that was asked for, each part on engines of its own."""
    if options.part in ("all", "lives"):
        async with _on(data / "lives", _CACHED) as (stack, gateway, _):
            await run_lives(options, await connect(stack.info.temporal), gateway)
    if options.part in ("all", "people"):
        await run_people(options, data / "people")
    if options.part in ("all", "timers"):
        sizes = timers.Sizes(options.waiting, options.due, options.idle)
        cached = max(_CACHED, sizes.waiting + sizes.due + timers.PEOPLE)
        async with wecom_bot() as bot:
            channels = data.with_suffix(".toml")
            channels.write_text(CHANNELS.format(url=bot.url))
            async with _on(data / "timers", cached, channels) as (stack, gateway, pool):
                pids = {name: pid for name, pid in stack.pids.items() if name != "bare"}
                await timers.run(gateway, pool, pids, sizes, bot)


async def run_people(options: argparse.Namespace, data: Path) -> None:
    """Fifty people and their pages; the web application is a process of its own."""
    async with _on(data, _CACHED, web=True) as (stack, gateway, pool):
        demands = ids(options.demands)
        began = time.perf_counter()
        await people.populate(gateway, [listing(demand) for demand in demands])
        print(f"\n{len(demands)} demands in {time.perf_counter() - began:.0f} s")
        await asyncio.sleep(timers.SETTLE)
        crowd = people.fifty(demands[:: max(1, len(demands) // 50)])
        queries = await people.queries_of(gateway, pool)
        took = await people.click(
            stack.info.web or "", pool, crowd, people.name_of, queries, options.seconds
        )
        people.report(took, len(crowd), len(demands))


@asynccontextmanager
async def _on(
    data: Path, cached: int, channels: Path | None = None, web: bool = False
) -> AsyncIterator[tuple[Stack, Gateway, Pool]]:
    def children(info: StackInfo) -> Sequence[ChildSpec]:
        return [*workers(info, cached, channels), *([web_spec(info)] if web else [])]

    options = Options(ui=False, web=web)
    stack = Stack(data, prepare=prepare, extra_children=children, options=options)
    async with stack as info:
        pool = await open_pool(info.postgres, "lianban_app", 32)
        yield stack, Gateway(await connect(info.temporal), pool), pool
        pool.terminate()


async def run_lives(options: argparse.Namespace, client: Client, gateway: Gateway) -> None:
    """Lianban beside a bare workflow."""
    sides = {"bare": bare_life(client), "lianban": lianban_life(gateway)}
    await side_by_side(sides, 1, 5, 1)  # warm up
    alone = await side_by_side(sides, options.rounds, max(1, options.lives // 8), 1)
    report("one caller", alone)
    report("32 callers", await side_by_side(sides, options.rounds, options.lives, 32))
    if options.open:
        await grow(gateway, options.open)
        report(
            f"one caller, {options.open} demands open",
            await side_by_side(sides, options.rounds, max(1, options.lives // 8), 1),
        )
        report(
            f"32 callers, {options.open} demands open",
            await side_by_side(sides, options.rounds, options.lives, 32),
        )


def main() -> None:
    """Parse what to measure, and say on what."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="?", choices=["all", "lives", "people", "timers"], default="all"
    )
    parser.add_argument("--rounds", type=int, default=6, help="rounds a side")
    parser.add_argument("--lives", type=int, default=96, help="lives a round with 32 callers")
    parser.add_argument("--open", type=int, default=5000, help="open demands for the growth part")
    parser.add_argument("--waiting", type=int, default=10_000, help="timers: demands that wait")
    parser.add_argument("--due", type=int, default=1_000, help="timers: due at one instant")
    parser.add_argument("--idle", type=float, default=60, help="timers: seconds looked at idle")
    parser.add_argument("--demands", type=int, default=3_000, help="people: demands in the ledger")
    parser.add_argument("--seconds", type=float, default=60, help="people: how long they click")
    options = parser.parse_args()
    logs.configure("console", "error")
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="lianban-bench-") as folder:
        asyncio.run(run(options, Path(folder) / "data"))


if __name__ == "__main__":
    main()
