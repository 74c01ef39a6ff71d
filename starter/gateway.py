"""The only place that speaks to Temporal, and the way of every command.

Who is asking -> a typed command -> an intent in the ledger -> one Update -> the events it returned,
written to the ledger -> the answer. An Update's answer is durable, so a ledger that cannot be
written afterwards makes the answer "accepted", not an error: the open intent brings it there later.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NoReturn
from weakref import WeakValueDictionary

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import Actor
from domain.commands import Command, ListDemand
from domain.decide import decide
from domain.refusal import RefusalCode, Refused
from domain.sealing import seen_state
from domain.state import DemandState
from domain.values import unprintable
from ledger.pool import PASSING, LedgerUnreachable, Pool, patiently, within
from ledger.projector import LedgerConflict, record
from ledger.rows import number_of
from ledger.sql import sql
from runtime import logs
from starter.attachments.naming import with_attachments
from starter.errors import CommandRefused, SystemUnreachable
from starter.histories import ids_of, runs_of
from starter.resolve import Resolver, resolver
from starter.sending import NobodyThere, Sent, in_time, until_answered
from workflows.contracts import (
    ACT,
    COMMAND_ID_REUSED,
    DEMAND_WORKFLOW,
    FLUSH,
    HANDED_OVER,
    STUCK,
    Act,
    Answer,
    DemandEnd,
    DemandStart,
    Flush,
    digest_of,
    workflow_id,
)

log = logs.get(__name__)

_BREATH = 0.05
_GLANCE = timedelta(seconds=5)
_POLL_LASTS = timedelta(seconds=90)
"""A poll waits for work for about a minute before it is renewed."""


@dataclass(frozen=True)
class Accepted:
    """The answer to a command. `recorded` is False where the ledger will follow later.

    Its state is what the command's actor may see: a handler's is sealed.
    """

    command_id: str
    answer: Answer
    recorded: bool

    @property
    def state(self) -> DemandState:
        """The demand after the command."""
        return self.answer.state


class Intent(NamedTuple):
    """What the ledger said when the intent of a command was written.

    `fresh` is False where one with this id was open already; `contiguous` and `hash` are up to
    where the ledger misses nothing, `directory` is the version of the directory in force.
    """

    command_id: str
    demand: str
    fresh: bool
    contiguous: int
    hash: str
    directory: int


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
        self._resolver: Resolver | None = None
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

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
        if unprintable(command_id):
            raise CommandRefused("invalid_input", field="command_id", problem=repr(command_id))
        if unprintable(demand):
            raise CommandRefused("unknown_demand", demand=repr(demand))
        async with self._lane(demand):
            return await self._act(demand, who, kind, fields, command_id)

    async def _act(
        self,
        demand: str,
        who: str | Actor,
        kind: str,
        fields: Mapping[str, Any],
        command_id: str,
    ) -> Accepted:
        intent = await self._open_intent(command_id, demand)
        try:
            people = await self.resolver_of(intent.directory)
            account = people.actor(who).account
            given = await self._of_ledger(lambda: with_attachments(self._pool, account, fields))
            command = people.command(who, kind, given)
        except CommandRefused:
            await self._close_quietly(intent)
            raise
        act = Act(
            command_id=command_id,
            ledger_seq=intent.contiguous,
            ledger_hash=intent.hash,
            command=command,
        )
        handle = self._handle(demand)

        async def send() -> Answer:
            answer: Answer = await handle.execute_update(
                ACT, act, id=command_id, result_type=Answer
            )
            return answer

        return await self._settle(intent, command, send)

    async def start(self, command: ListDemand, command_id: str) -> Accepted:
        """Start a demand whose id is reserved; starting it again gets the first answer.

        Raises `CommandRefused`, `SystemUnreachable` or `Unconfirmed`.
        """
        _refuse_bad_start(command)
        async with self._lane(command.demand):
            return await self._start(command, command_id)

    async def _start(self, command: ListDemand, command_id: str) -> Accepted:
        intent = await self._open_intent(command_id, command.demand)
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

        return await self._settle(intent, command, send)

    async def flush(self, demand: str) -> bool:
        """Ask a demand to deliver what the ledger may lack; True when it has.

        False where no such demand is running: it has ended, or never started.
        Raises `LedgerConflict` or `SystemUnreachable`.
        """
        try:
            async with in_time(self._patience):
                await self._ask_to_deliver(demand)
        except NobodyThere:
            return False
        return True

    async def _ask_to_deliver(self, demand: str) -> None:
        """Ask for a flush, again where the demand goes on in a new run."""
        try:
            await self._handle(demand).execute_update(FLUSH, Flush(), result_type=int)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if isinstance(cause, ApplicationError) and cause.type == STUCK:
                raise LedgerConflict(demand, {"seq": cause.details[0]}) from error
            if not (isinstance(cause, ApplicationError) and cause.type == HANDED_OVER):
                raise SystemUnreachable("temporal", str(cause)) from error
            await asyncio.sleep(_BREATH)
            await self._ask_to_deliver(demand)

    async def recover(self, demand: str, command_id: str) -> bool:
        """Write what a command of an ended demand was answered; False where it never was.

        Temporal keeps the answers of a run with its history. Raises `LedgerConflict` or
        `SystemUnreachable`.
        """
        update = self._handle(demand).get_update_handle(command_id, result_type=Answer)
        try:
            async with in_time(self._patience):
                answer: Answer = await update.result()
        except (NobodyThere, WorkflowUpdateFailedError):
            return False
        await self._of_ledger(lambda: record(self._pool, answer.events, answer.state))
        return True

    async def close_intent(self, demand: str, command_id: str) -> None:
        """Forget an intent of which nothing will come any more. Raises `SystemUnreachable`."""
        await self._of_ledger(lambda: self._pool.execute(sql("close_intent"), demand, command_id))

    async def histories(self, demand: str) -> list[WorkflowHistory]:
        """All runs of a demand that Temporal still has, oldest first, as values for the audit.

        Raises `SystemUnreachable`.
        """
        async with in_time(self._patience):
            return await runs_of(self._client, workflow_id(demand))

    async def started(self) -> list[str]:
        """The demands that Temporal has started here, with or without the ledger's knowing.

        Raises `SystemUnreachable`.
        """
        async with in_time(self._patience):
            ids = await ids_of(self._client, DEMAND_WORKFLOW, self._task_queue)
        return [workflow.removeprefix(workflow_id("")) for workflow in ids]

    async def workers(self) -> list[str]:
        """The identities of the workers that would answer a command. Raises `SystemUnreachable`."""
        return await polling(self._client, self._task_queue)

    def _handle(self, demand: str) -> WorkflowHandle[Any, Any]:
        # No run id: a demand goes on in a new run after a thousand events.
        return self._client.get_workflow_handle(workflow_id(demand))

    @asynccontextmanager
    async def _lane(self, demand: str) -> AsyncIterator[None]:
        """One command of ours at a time to a demand.

        So each carries what the one before brought into the ledger; and a demand that is to go on
        in a new run gets to it: Temporal lets it only while no other command is arriving.
        """
        lane = self._lanes.setdefault(demand, asyncio.Lock())
        try:
            async with asyncio.timeout(self._patience):
                await lane.acquire()
        except TimeoutError:
            raise SystemUnreachable("temporal", "commands before it wait for an answer") from None
        try:
            yield
        finally:
            lane.release()

    # ---- sending ------------------------------------------------------------------------------

    async def _settle(
        self,
        intent: Intent,
        command: Command,
        send: Callable[[], Awaitable[Answer]],
    ) -> Accepted:
        """Send until there is an answer; write it to the ledger, or close the intent."""
        demand, command_id = intent.demand, intent.command_id
        try:
            answer = await until_answered(
                send,
                sent=Sent(demand, command_id),
                patience=self._patience,
                gone=lambda: self._refuse_gone(demand),
            )
            if answer.digest != digest_of(command):
                raise CommandRefused(COMMAND_ID_REUSED, command_id=command_id)
        except CommandRefused as refused:
            log.info("command.refused", demand=demand, kind=command.kind, code=refused.code)
            await self._close_quietly(intent)
            raise
        recorded = await self._record(answer)
        log.info("command.accepted", demand=demand, kind=command.kind, recorded=recorded)
        seen = answer.model_copy(update={"state": seen_state(command.by, answer.state)})
        return Accepted(command_id=command_id, answer=seen, recorded=recorded)

    async def _refuse_gone(self, demand: str) -> NoReturn:
        """Temporal has no such running demand: it has ended, or was never started."""
        status = await self._ended_as(demand)
        if status is not None:
            raise CommandRefused(RefusalCode.ENDED.value, status=status)
        row = await self._of_ledger(lambda: self._pool.fetchrow(sql("demand_state"), demand))
        if row is not None:
            raise CommandRefused("history_missing", demand=demand)
        reserved = await self._of_ledger(lambda: self._pool.fetchrow(sql("reservation"), demand))
        if reserved is not None:
            raise CommandRefused(RefusalCode.NOT_YET_LISTED.value, demand=demand)
        raise CommandRefused("unknown_demand", demand=demand)

    async def _ended_as(self, demand: str) -> str | None:
        """The status a demand ended in: by its own result, or by the ledger once that is gone."""
        try:
            description = await self._handle(demand).describe()
            if description.status is WorkflowExecutionStatus.COMPLETED:
                handle = self._client.get_workflow_handle(
                    workflow_id(demand), run_id=description.run_id, result_type=DemandEnd
                )
                return str((await handle.result()).status)
            if description.status is WorkflowExecutionStatus.RUNNING:
                raise SystemUnreachable("temporal", "the demand was not there, and is")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise SystemUnreachable("temporal", str(error)) from error
        row = await self._of_ledger(lambda: self._pool.fetchrow(sql("demand_state"), demand))
        state = DemandState.model_validate_json(row["state"]) if row is not None else None
        return state.status.value if state is not None and state.status.ended else None

    # ---- the ledger ---------------------------------------------------------------------------

    async def _of_ledger(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        try:
            return await patiently(work, self._patience)
        except LedgerUnreachable as error:
            raise SystemUnreachable("postgresql", str(error)) from error

    async def resolver(self) -> Resolver:
        """The directory as it is now, to look people and routes up. Raises `SystemUnreachable`."""
        version = await self._of_ledger(lambda: self._pool.fetchval(sql("directory_version")))
        return await self.resolver_of(int(version))

    async def resolver_of(self, version: int) -> Resolver:
        """The directory, read again where what we have is of another version.

        Raises `SystemUnreachable`.
        """
        found = self._resolver
        if found is None or found.version != version:
            found = self._resolver = await self._of_ledger(lambda: resolver(self._pool))
        return found

    async def _open_intent(self, command_id: str, demand: str) -> Intent:
        row = await self._of_ledger(
            lambda: self._pool.fetchrow(sql("open_intent"), command_id, demand)
        )
        return Intent(command_id, demand, **row)

    async def _record(self, answer: Answer) -> bool:
        """Write what was accepted; False where that is left to the workflow and the sweeper."""
        demand = answer.state.demand
        try:
            if answer.seq == answer.events[-1].seq:
                await within(record(self._pool, answer.events, answer.state), self._patience)
            else:  # a first answer given again: the state is that of a later event
                await self.flush(demand)
                await self.close_intent(demand, answer.events[-1].command_id)
        except LedgerConflict as conflict:
            log.error("ledger.conflict", demand=demand, seq=conflict.detail.get("seq"))
            return False
        except (*PASSING, SystemUnreachable) as error:
            log.warning("ledger.later", demand=demand, reason=type(error).__name__)
            return False
        except Exception as error:
            # Whatever is wrong with the ledger, a full disk or a right taken away: the command
            # was accepted, and its caller must be told so.
            log.error("ledger.later", demand=demand, reason=repr(error))
            return False
        return True

    async def _close_quietly(self, intent: Intent) -> None:
        """A refused command leaves nothing behind; the sweeper closes what we can't.

        An intent that was open already belongs to another command with this id: it stays.
        """
        if not intent.fresh:
            return
        try:
            closing = self._pool.execute(sql("close_intent"), intent.demand, intent.command_id)
            await within(closing, self._patience)
        except PASSING:
            log.warning("intent.left_open", command_id=intent.command_id)


def _refuse_bad_start(command: ListDemand) -> None:
    """A workflow whose start is refused would try again for ever: such a start is never sent."""
    try:
        decide(None, command, datetime.now(UTC))
        if not 0 < number_of(command.demand) < 2**31:
            raise ValueError
    except Refused as refused:
        raise CommandRefused(refused.code.value, **refused.facts) from refused
    except ValueError as error:
        raise CommandRefused("invalid_input", field="demand", problem=command.demand) from error


async def polling(client: Client, task_queue: str) -> list[str]:
    """The identities of the workers that poll a task queue: with none, nobody answers commands.

    A worker that was killed is still among them for a minute or so. Raises `SystemUnreachable`.
    """
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        answer = await client.workflow_service.describe_task_queue(request, timeout=_GLANCE)
    except RPCError as error:
        raise SystemUnreachable("temporal", str(error)) from error
    since = datetime.now(UTC) - _POLL_LASTS
    return sorted(
        {p.identity for p in answer.pollers if p.last_access_time.ToDatetime(UTC) >= since}
    )
