"""Composition root: runs workflows, activities, sweeper and dispatcher, until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from activities.deliver import Deliveries, Pace
from activities.record import LedgerActivities
from activities.routing import BookShelf
from ledger.pool import LedgerUnreachable, Pool, open_pool
from runtime import logs
from runtime.settings import Settings
from runtime.temporal import connect, sandbox
from starter.connections import dsn_of, temporal_address_of
from starter.dispatching import Keeper
from starter.gateway import Gateway
from starter.sweeper import Sweeper
from workflows.demand import DemandWorkflow
from workflows.dispatcher import DispatcherWorkflow

T = TypeVar("T")

log = logs.get("worker")

WORKFLOWS = [DemandWorkflow, DispatcherWorkflow]


def build(client: Client, pool: Pool, settings: Settings, pace: Pace | None = None) -> Worker:
    """A worker with what was measured to matter (shared notes, "Starting the servers")."""
    ledger = LedgerActivities(pool)
    deliveries = Deliveries(pool, BookShelf(settings.channels), pace or pace_of(settings))
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=[
            *(ledger.record, deliveries.next_batches),
            *(deliveries.send_batch, deliveries.lose_batch),
        ],
        workflow_runner=sandbox(),
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(10),
        nonsticky_to_sticky_poll_ratio=0.5,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=200,
        graceful_shutdown_timeout=timedelta(seconds=3),
    )


def pace_of(settings: Settings) -> Pace:
    """How fast messages are sent and sent again."""
    return Pace(first_retry=settings.retry_first, send_timeout=settings.send_timeout)


def sweeper(client: Client, pool: Pool, settings: Settings) -> Sweeper:
    """The sweeper that goes with a worker."""
    gateway = Gateway(client, pool, task_queue=settings.task_queue, patience=settings.patience)
    return Sweeper(
        gateway,
        pool,
        every=settings.sweep_every,
        after=settings.sweep_after,
        settled_after=settings.sweep_after + 2 * settings.patience,
    )


async def connected(settings: Settings) -> tuple[Client, Pool]:
    """Both connections, waiting for servers that are still starting."""
    while True:
        try:
            client = await connect(temporal_address_of(settings))
            return client, await open_pool(dsn_of(settings), settings.role, settings.pool_size)
        except (RuntimeError, LedgerUnreachable) as error:
            log.warning("worker.waiting", reason=str(error)[:200])
            await asyncio.sleep(1)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work brings, or None where `stop` is set before: then it is given up."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    return None


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    found = await _unless(stop, connected(settings))
    if found is None:
        return
    client, pool = found
    async with build(client, pool, settings):
        beside = [
            asyncio.create_task(sweeper(client, pool, settings).run()),
            asyncio.create_task(Keeper(client, settings.task_queue).run()),
        ]
        log.info("worker.ready", task_queue=settings.task_queue)
        await stop.wait()
        for task in beside:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    pool.terminate()
    log.info("worker.stopped")


async def main() -> None:
    """Entry point of `python -m worker`."""
    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    waiting = asyncio.create_task(stop.wait())
    working = asyncio.create_task(run(settings, stop))
    await asyncio.wait({waiting, working}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        # It ends in good order, unless a server is there and doesn't answer.
        _, late = await asyncio.wait({working}, timeout=6)
        for task in late:
            task.cancel()
    waiting.cancel()
    if working.done() and not working.cancelled():
        working.result()
    await asyncio.sleep(0.05)  # sdk-python #300: a process that exits right after an RPC can crash


if __name__ == "__main__":
    asyncio.run(main())
