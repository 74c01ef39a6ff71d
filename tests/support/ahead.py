"""A house on a server whose demands can be taken days ahead: each has a clock of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from runtime.embedded.install import temporal_binary
from runtime.temporal import DATA_CONVERTER
from workflows.contracts import workflow_id

_FLAGS = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    "history.timerProcessorMaxTimeShift": '"10ms"',  # without, each timer costs a second
    "frontend.enableServerVersionCheck": "false",
}


class Ahead:
    """The server, and how a demand gets ahead on it."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment
        self.client = environment.client

    async def pass_days(self, demand: str, days: float) -> None:
        """So much time passes for that demand."""
        handle = self.client.get_workflow_handle(workflow_id(demand))
        assert await self._environment.fast_forward(handle, timedelta(days=days))


@asynccontextmanager
async def skipping_server() -> AsyncIterator[Ahead]:
    """The real server, with time skipping; a demand's time passes as usual until it is skipped."""
    flags = [token for k, v in _FLAGS.items() for token in ("--dynamic-config-value", f"{k}={v}")]
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        data_converter=DATA_CONVERTER,
        dev_server_existing_path=str(temporal_binary()),
        dev_server_extra_args=flags,
    )
    try:
        yield Ahead(environment)
    finally:
        await environment.shutdown()
