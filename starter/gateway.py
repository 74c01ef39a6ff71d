"""The only place that speaks to Temporal, and the way of every command.

Who is asking -> a typed command -> an intent in the ledger -> one Update -> the events it returned,
written to the ledger -> the answer. An Update's answer is durable, so a ledger that cannot be
written afterwards makes the answer "accepted", not an error: the open intent brings it there later.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import Actor
from domain.commands import Command, ListDemand
from domain.refusal import RefusalCode
from domain.state import DemandState
from ledger.pool import PASSING, LedgerUnreachable, Pool, patiently
from ledger.projector import LedgerConflict, record
from ledger.sql import sql
from runtime import logs
from starter import resolve
from starter.errors import CommandRefused, SystemUnreachable, Unconfirmed
from workflows.contracts import (
    ACT,
    COMMAND_ID_REUSED,
    DEMAND_WORKFLOW,
    FLUSH,
    REFUSED,
    Act,
    Answer,
    DemandStart,
    Flush,
    RefusalReport,
    digest_of,
    workflow_id,
)

log = logs.get(__name__)

_AGAIN = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.FAILED_PRECONDITION,
}
"""Statuses that pass by themselves: the same command id is sent again."""


@dataclass(frozen=True)
class Accepted:
    """The answer to a command. `recorded` is False where the ledger will follow later."""

    command_id: str
    answer: Answer
    recorded: bool

    @property
    def state(self) -> DemandState:
        """The demand after the command."""
        return self.answer.state


class Gateway:
    """Gives commands to demands, starts them, and asks them for what the ledger lacks.

    `patience` is for how many seconds a command waits for a server that is away.
    """

    def __init__(
        self, client: Client, pool: Pool, *, task_queue: str = "lianban", patience: float = 30.0
    ) -> None:
        self._client = client
        self._pool = pool
        self._task_queue = task_queue
        self._patience = patience

    async def act(
        self,
        demand: str,
        who: str | Actor,
        kind: str,
        fields: Mapping[str, Any],
        command_id: str | None = None,
    ) -> Accepted:
        """Give one command to a demand, in somebody's name.

        `fields` are the command's, with codes and account names for units, squads and persons.
        Repeating with the same `command_id` is safe and gets the first answer.
        Raises `CommandRefused`, `SystemUnreachable` or `Unconfirmed`.
        """
        command_id = command_id or str(uuid.uuid4())

        async def prepare() -> tuple[Command, int]:
            async with self._pool.acquire() as connection:
                by = await resolve.actor(connection, who)
                command = await resolve.command(connection, by, kind, fields)
                covered = await connection.fetchval(sql("open_intent"), command_id, demand)
                return command, int(covered)

        command, covered = await self._of_ledger(prepare)
        act = Act(command_id=command_id, ledger_seq=covered, command=command)
        handle = self._handle(demand)

        async def send() -> Answer:
            answer: Answer = await handle.execute_update(
                ACT, act, id=command_id, result_type=Answer
            )
            return answer

        return await self._settle(demand, command_id, command, send)

    async def start(self, command: ListDemand, command_id: str) -> Accepted:
        """Start a demand whose id is reserved; starting it again gets the first answer.

        Raises `CommandRefused`, `SystemUnreachable` or `Unconfirmed`.
        """
        await self._of_ledger(
            lambda: self._pool.fetchval(sql("open_intent"), command_id, command.demand)
        )
        act = Act(command_id=command_id, command=command)

        async def send() -> Answer:
            start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                DEMAND_WORKFLOW,
                DemandStart(command_id=command_id, command=command),
                id=workflow_id(command.demand),
                task_queue=self._task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
            answer: Answer = await self._client.execute_update_with_start_workflow(
                ACT, act, start_workflow_operation=start, id=command_id, result_type=Answer
            )
            return answer

        return await self._settle(command.demand, command_id, command, send)

    async def flush(self, demand: str, ledger_seq: int) -> None:
        """Ask a demand to deliver what the ledger lacks; returns when it has.

        A demand that has ended delivered everything before it did. Raises `SystemUnreachable`.
        """
        try:
            async with asyncio.timeout(self._patience):
                await self._handle(demand).execute_update(
                    FLUSH, Flush(ledger_seq=ledger_seq), result_type=int
                )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise SystemUnreachable("temporal", str(error)) from error
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise SystemUnreachable("temporal", "no worker answered") from error

    async def close_intent(self, command_id: str) -> None:
        """Forget an intent of which nothing will come any more."""
        await self._of_ledger(lambda: self._pool.execute(sql("close_intent"), command_id))

    def _handle(self, demand: str) -> WorkflowHandle[Any, Any]:
        # No run id: a demand goes on in a new run after a thousand events.
        return self._client.get_workflow_handle(workflow_id(demand))

    # ---- sending ------------------------------------------------------------------------------

    async def _settle(
        self,
        demand: str,
        command_id: str,
        command: Command,
        send: Callable[[], Awaitable[Answer]],
    ) -> Accepted:
        """Send until there is an answer; write it to the ledger, or close the intent."""
        try:
            answer = await self._send(demand, command_id, send)
            if answer.digest != digest_of(command):
                raise CommandRefused(COMMAND_ID_REUSED, command_id=command_id)
        except CommandRefused as refused:
            log.info("command.refused", demand=demand, kind=command.kind, code=refused.code)
            await self._close_quietly(command_id)
            raise
        recorded = await self._record(answer)
        log.info("command.accepted", demand=demand, kind=command.kind, recorded=recorded)
        return Accepted(command_id=command_id, answer=answer, recorded=recorded)

    async def _send(
        self, demand: str, command_id: str, send: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Send with the same id until it is answered or patience ends."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        pause = 0.05
        while True:
            try:
                async with asyncio.timeout_at(end):
                    return await send()
            except WorkflowUpdateFailedError as error:
                _raise_refusal(error.cause)
            except WorkflowAlreadyStartedError:
                await self._refuse_gone(demand)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    await self._refuse_gone(demand)
                if error.status not in _AGAIN:
                    raise
                log.warning("temporal.again", demand=demand, status=error.status.name)
            except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
                if loop.time() >= end:
                    raise Unconfirmed(demand, command_id) from error
            if loop.time() + pause > end:
                raise Unconfirmed(demand, command_id)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _refuse_gone(self, demand: str) -> NoReturn:
        """Temporal has no such running demand: it has ended, or was never started."""
        row = await self._of_ledger(lambda: self._pool.fetchrow(sql("demand_state"), demand))
        if row is not None:
            state = DemandState.model_validate_json(row["state"])
            if state.status.ended:
                raise CommandRefused(RefusalCode.ENDED.value, status=state.status.value)
            raise CommandRefused("history_missing", demand=demand)
        reserved = await self._of_ledger(lambda: self._pool.fetchrow(sql("reservation"), demand))
        if reserved is not None:
            raise CommandRefused(RefusalCode.NOT_YET_LISTED.value, demand=demand)
        raise CommandRefused("unknown_demand", demand=demand)

    # ---- the ledger ---------------------------------------------------------------------------

    async def _of_ledger(self, work: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await patiently(work, self._patience)
        except LedgerUnreachable as error:
            raise SystemUnreachable("postgresql", str(error)) from error

    async def _record(self, answer: Answer) -> bool:
        """Write what was accepted; False where the workflow will have to."""
        try:
            await record(self._pool, answer.events, answer.state)
        except LedgerConflict as conflict:
            log.error("ledger.conflict", demand=conflict.demand, seq=conflict.detail.get("seq"))
            return False
        except PASSING as error:
            log.warning("ledger.later", demand=answer.state.demand, reason=type(error).__name__)
            return False
        return True

    async def _close_quietly(self, command_id: str) -> None:
        """A refused command leaves nothing behind; the sweeper closes what we can't."""
        try:
            await self._pool.execute(sql("close_intent"), command_id)
        except PASSING:
            log.warning("intent.left_open", command_id=command_id)


def _raise_refusal(cause: BaseException | None) -> NoReturn:
    if isinstance(cause, ApplicationError) and cause.type == REFUSED and cause.details:
        report = RefusalReport.model_validate(cause.details[0])
        raise CommandRefused(report.code, **report.facts) from cause
    raise cause or RuntimeError("an Update failed without a cause")
