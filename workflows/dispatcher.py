"""The one that sends messages: limits, digests and not-before times have one place.

It keeps nothing but the numbers of the batches that are being sent. All else is in PostgreSQL, so
that it can be terminated at any time: the next one goes on where this one was (docs/adr/0012).
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.contracts import (
        LOSE_BATCH,
        NEXT_BATCHES,
        SEND_BATCH,
        Batch,
        Batches,
        Look,
        Settled,
    )
    from workflows.contracts import DISPATCHER_WORKFLOW

AT_ONCE = 20
"""Batches under way at once: a server that hangs holds one place, for twenty seconds."""

CONTINUE_AT = 500
"""History length from which the next run goes on: it has nothing to take over."""

LOOK = timedelta(minutes=5)
ALIVE = timedelta(seconds=10)
"""So long after its last sign of life an activity belonged to a worker that was killed."""

_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))


@workflow.defn(name=DISPATCHER_WORKFLOW)
class DispatcherWorkflow:
    """Looks for what can be sent, and has it sent; see the module's text."""

    def __init__(self) -> None:
        self._sending: dict[int, asyncio.Task[None]] = {}

    @workflow.run
    async def run(self) -> None:
        """For ever, a run at a time."""
        while workflow.info().get_current_history_length() < CONTINUE_AT:
            await workflow.wait_condition(lambda: len(self._sending) < AT_ONCE)
            for batch in await self._look():
                self._sending[batch] = asyncio.create_task(self._send(batch))
        await workflow.wait_condition(lambda: not self._sending)
        workflow.continue_as_new()

    async def _look(self) -> tuple[int, ...]:
        look = Look(
            running=tuple(self._sending),
            room=AT_ONCE - len(self._sending),
            seconds=LOOK.total_seconds(),
        )
        found: Batches = await workflow.execute_activity(
            NEXT_BATCHES,
            look,
            result_type=Batches,
            start_to_close_timeout=LOOK + timedelta(minutes=1),
            heartbeat_timeout=ALIVE,
            retry_policy=_AGAIN,
        )
        return found.batches

    async def _send(self, batch: int) -> None:
        """One attempt. Where its end is not known, that is what is recorded of it."""
        try:
            await workflow.execute_activity(
                SEND_BATCH,
                Batch(batch=batch),
                result_type=Settled,
                start_to_close_timeout=timedelta(minutes=3),
                heartbeat_timeout=ALIVE,
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError:
            await workflow.execute_activity(
                LOSE_BATCH,
                Batch(batch=batch),
                result_type=Settled,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=_AGAIN,
            )
        del self._sending[batch]
