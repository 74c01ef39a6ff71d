"""The real Temporal server with time that is skipped, and demands that begin when a test says so.

On that server every workflow has a clock of its own, which can be put forward and never back. So
that a test can name its dates whatever today's is, the worker here tells each workflow a time that
is shifted by a constant, such that its first task is at the instant that the test chose.

The server is a child of ours like any other, and not `WorkflowEnvironment`'s: it dies with us.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)

import worker
from audit import rederive
from audit.verdicts import Verdict
from audit.verify import verdicts
from domain.commands import ListDemand
from domain.rules import Rules
from ledger.pool import Pool
from runtime.embedded import temporal
from runtime.embedded.child import Child
from runtime.embedded.ports import LOOPBACK
from runtime.settings import Settings
from runtime.temporal import connect, sandbox
from starter.calendar_in_force import calendar_in_force
from starter.gateway import Accepted
from tests.support.engines import free_port
from tests.support.house import CHAIN, ENTERPRISE, House, house
from workflows.contracts import workflow_id

SKIPPING = {
    "frontend.WorkflowTimeSkippingEnabled": "true",
    # Otherwise each timer costs a second of real time.
    "history.timerProcessorMaxTimeShift": '"10ms"',
}

LATE = timedelta(seconds=60)
"""How late the clock may be here. A timer is set when a task is completed, for what was left when
the task began, and then the next task must get a worker: real time passes in both, and after ten
seconds Temporal gives a task to somebody else. Never early, and it doesn't add up."""

_MICROSECOND = 1000


@contextmanager
def skipping_server() -> Iterator[str]:
    """A server that can skip; its address. From a test's main thread."""
    with tempfile.TemporaryDirectory(prefix="lianban-skipping-") as place:
        data, port = Path(place), free_port()
        spec = temporal.spec(data, port, None, SKIPPING)
        child = Child(replace(spec, argv=_in_memory(spec.argv)), data / "temporal.log")
        try:
            asyncio.run(_start(child))
            yield f"{LOOPBACK}:{port}"
        finally:
            asyncio.run(child.kill())


def _in_memory(argv: Sequence[str]) -> list[str]:
    """Without its database file: a quarter of the server's work less, and nothing here is kept."""
    left: list[str] = []
    words = iter(argv)
    for word in words:
        if word in ("--db-filename", "--sqlite-pragma"):
            next(words)
        else:
            left.append(word)
    return left


async def _start(child: Child) -> None:
    child.spawn()
    problem = await child.becomes_ready()
    assert problem is None, f"{problem}\n{child.tail()}"


@dataclass
class Times:
    """By workflow: when it begins, and from which server time on it is shifted by how much.

    By workflow and not by run; and a function of the server's time alone, so that what a workflow
    sees is the same whenever it is replayed.
    """

    begins: dict[str, datetime] = field(default_factory=dict)
    _shifts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def told(self, workflow: str, server: int) -> int:
        """What the workflow is told instead of that server time; both in nanoseconds."""
        if workflow not in self.begins:
            return server
        if workflow not in self._shifts:
            begins = _nanoseconds(self.begins[workflow])
            self._shifts[workflow] = [(0, begins - server)]
        return server + next(by for since, by in reversed(self._shifts[workflow]) if since < server)

    def jump(self, workflow: str, server: datetime, length: timedelta) -> None:
        """From that server time on everything is so much later, timers that are set included."""
        _, by = self._shifts[workflow][-1]
        self._shifts[workflow].append((_nanoseconds(server), by + _length(length)))


def _nanoseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000) * _MICROSECOND


def _length(length: timedelta) -> int:
    return length // timedelta(microseconds=1) * _MICROSECOND


@dataclass(frozen=True)
class Elsewhen(WorkflowRunner):
    """Another runner, whose workflows are told other times."""

    inner: WorkflowRunner
    times: Times

    def prepare_workflow(self, defn: Any) -> None:
        """As the other."""
        self.inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Any) -> None:
        """As the other."""
        self.inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Its instance, whose activations come at the shifted time."""
        instance = self.inner.create_instance(det)
        activate, workflow = instance.activate, det.info.workflow_id

        def shifted(act: Any) -> Any:
            if act.HasField("timestamp"):
                told = self.times.told(workflow, act.timestamp.ToNanoseconds())
                act.timestamp.FromNanoseconds(told)
            return activate(act)

        instance.activate = shifted  # type: ignore[method-assign]
        return instance


@dataclass
class Park:
    """A house in which a demand's time passes when the test wants it to."""

    home: House
    skipper: TimeSkipper
    times: Times

    async def listing(self, demand: str, at: datetime, policy: Rules, **fields: Any) -> ListDemand:
        """The command that lists a demand under the calendar in force at that instant."""
        who = (await self.home.gateway.resolver()).actor("bureau1")
        given: dict[str, Any] = {
            "demand": demand,
            "list_id": demand.rpartition("-")[0],
            "enterprise": ENTERPRISE,
            "chain": CHAIN,
            "category": "用电",
            "text": "请协调供电部门加快接入。",
            "policy": policy,
            "calendar": await calendar_in_force(self.home.pool, at),
        }
        return ListDemand(by=who, **(given | fields))

    async def list(self, listing: ListDemand, at: datetime) -> Accepted:
        """List a demand at that instant."""
        self.times.begins[workflow_id(listing.demand)] = at
        return await self.home.gateway.start(listing, f"list-{listing.demand}")

    async def now(self, demand: str) -> datetime:
        """The demand's time."""
        server = await self.skipper.get_current_time(self._handle(demand))
        told = self.times.told(workflow_id(demand), _nanoseconds(server))
        return server + timedelta(microseconds=(told - _nanoseconds(server)) // _MICROSECOND)

    async def until(self, demand: str, instant: datetime) -> bool:
        """Let the demand's time pass up to that instant; False where it ended before."""
        left = instant - await self.now(demand)
        try:
            return await self.skipper.fast_forward(self._handle(demand), left)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False

    async def outage(self, demand: str, length: timedelta) -> None:
        """From now on all that happens to the demand happens so much later."""
        server = await self.skipper.get_current_time(self._handle(demand))
        self.times.jump(workflow_id(demand), server, length)

    async def audited(self, demands: Sequence[str]) -> list[Verdict]:
        """What `lianban audit` would say, in these times."""
        elsewhen = Elsewhen(UnsandboxedWorkflowRunner(), self.times)
        with patch.object(rederive, "UnsandboxedWorkflowRunner", lambda: elsewhen):
            return await verdicts(self.home.pool, self.home.gateway.histories, demands)

    def _handle(self, demand: str) -> WorkflowHandle[Any, Any]:
        # No run id: a demand goes on in a new run after a thousand events.
        return self.home.client.get_workflow_handle(workflow_id(demand))


@asynccontextmanager
async def park(address: str, pool: Pool, settings: Settings, prefix: str) -> AsyncIterator[Park]:
    """A park on a server that can skip, its worker in this process."""
    skipper = TimeSkipper(await connect(address), config=TimeSkippingConfig(enabled=False))
    times = Times()
    elsewhen = Elsewhen(sandbox(), times)
    with patch.object(worker, "sandbox", lambda: elsewhen):
        async with house(skipper.client, pool, settings, prefix) as home:
            yield Park(home, skipper, times)
