"""Sees to it that the dispatcher runs: started with the first worker, and again if it was ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from runtime import logs
from workflows.contracts import DISPATCHER_WORKFLOW, dispatcher_id

log = logs.get(__name__)


async def ensure_dispatcher(client: Client, task_queue: str) -> None:
    """Start it where it doesn't run; a second one is never started. Raises `RPCError`."""
    await client.start_workflow(
        DISPATCHER_WORKFLOW,
        id=dispatcher_id(task_queue),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )


@dataclass(frozen=True)
class Keeper:
    """Looks `every` so many seconds. Several keepers do no harm."""

    client: Client
    task_queue: str
    every: float = 30.0

    async def run(self) -> None:
        """For ever, through whatever outage."""
        while True:
            try:
                await ensure_dispatcher(self.client, self.task_queue)
            except RPCError as error:
                log.warning("dispatcher.later", reason=error.status.name)
                await asyncio.sleep(1)
                continue
            except Exception:  # without it no message would leave the house
                log.exception("dispatcher.failed")
            await asyncio.sleep(self.every)
