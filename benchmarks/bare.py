"""The yardstick: the same Updates with the same content, and nothing done with them.

Same converter, same sandbox, same worker flags, no rules, no ledger.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

from temporalio import workflow
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

with workflow.unsafe.imports_passed_through():
    from workflows.contracts import Act, DemandStart

TASK_QUEUE = "bare"
LAST = "evaluate"


@workflow.defn(name="Bare")
class BareWorkflow:
    """Counts what it is told and ends with the evaluation."""

    @workflow.init
    def __init__(self, start: DemandStart) -> None:
        """Begin with what was listed."""
        self._commands = [start.command_id]
        self._over = False

    @workflow.run
    async def run(self, start: DemandStart) -> int:
        """Wait for the last command."""
        await workflow.wait_condition(lambda: self._over)
        return len(self._commands)

    @workflow.update
    def act(self, act: Act) -> int:
        """Remember that it came."""
        self._commands.append(act.command_id)
        self._over = act.command.kind == LAST
        return len(self._commands)


async def main() -> None:
    """Entry point of `python -m benchmarks.bare`: a worker until SIGTERM."""
    from runtime.temporal import connect, sandbox

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
