"""`python -m benchmarks.bare_worker`: the bare side's worker, with the flags of ours.

Apart from the workflow's module: the sandbox imports that for each workflow, as it does ours, but
would take over a `__main__` as it stands.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from benchmarks.bare import TASK_QUEUE, BareWorkflow
from runtime.temporal import connect, sandbox


async def main() -> None:
    """Work until SIGTERM."""
    client = await connect()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[BareWorkflow],
        workflow_runner=sandbox(),
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(10),
        nonsticky_to_sticky_poll_ratio=0.5,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        max_cached_workflows=6000,
        max_concurrent_workflow_tasks=200,
    ):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
