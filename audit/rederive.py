"""Replays histories on the workflow code and listens to what it says this time."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn

from pydantic import BaseModel
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    ContinueAsNewInput,
    ExecuteWorkflowInput,
    HandleUpdateInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from activities.contracts import RECORD
from audit.outputs import Outputs
from runtime.temporal import DATA_CONVERTER
from workflows.contracts import ACT
from workflows.demand import DemandWorkflow

WORKFLOWS: tuple[type, ...] = (DemandWorkflow,)


@dataclass
class Rederived:
    """What the code said when it was given a run's history; `failure` where it went another way."""

    outputs: Outputs
    failure: str | None = None
    replayable: bool = True


def _unreplayed(history: WorkflowHistory) -> Rederived:
    """A run before it is replayed, or for good where the SDK would wait for ever.

    That is so for events with gaps, and for a workflow that has not had its first task yet.
    """
    kinds = [event.event_type for event in history.events]
    complete = [event.event_id for event in history.events] == list(range(1, len(kinds) + 1))
    outputs = Outputs(history.run_id)
    if kinds[0] != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED or not complete:
        return Rederived(outputs, failure="the history has gaps", replayable=False)
    begun = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED in kinds
    return Rederived(outputs, replayable=begun)


@dataclass
class _Sink:
    """What the interceptors hear, by run."""

    heard: dict[str, Outputs] = field(default_factory=dict)
    instances: dict[str, Any] = field(default_factory=dict)

    def of_this_run(self) -> Outputs:
        """The outputs of the run that is being replayed at this moment."""
        run_id = workflow.info().run_id
        self.instances[run_id] = workflow.instance()
        return self.heard.setdefault(run_id, Outputs(run_id))


async def rederive(
    histories: Sequence[WorkflowHistory], workflows: Sequence[type] = WORKFLOWS
) -> dict[str, Rederived]:
    """Replay each history; by run id, what the code said and whether it went the same way.

    Without the sandbox, which costs twice the time and changes nothing of what is compared.
    """
    found = {history.run_id: _unreplayed(history) for history in histories}
    sink = _Sink()
    replayer = Replayer(
        workflows=workflows,
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=DATA_CONVERTER,
        interceptors=[_Listening(sink)],
        runtime=_silent(),
    )
    sound = [history for history in histories if found[history.run_id].replayable]
    with _quiet():
        async with replayer.workflow_replay_iterator(_each(sound)) as results:
            async for result in results:
                run_id = result.history.run_id
                failure = result.replay_failure
                outputs = sink.heard.pop(run_id, Outputs(run_id))
                outputs.final = _final(sink.instances.pop(run_id, None))
                found[run_id] = Rederived(outputs, str(failure) if failure else None)
    return found


@cache
def _silent() -> Runtime:
    """A runtime of the SDK that logs nothing: its core would write to standard output."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _final(instance: Any) -> dict[str, Any] | None:
    """What the workflow would hand to a next run: its whole state."""
    if not isinstance(instance, DemandWorkflow) or instance._state is None:
        return None
    return _raw(instance._next_run())


async def _each(histories: Sequence[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history


def _raw(model: Any) -> dict[str, Any]:
    assert isinstance(model, BaseModel)
    return model.model_dump(mode="json")


class _quiet:
    """A replay that fails is a finding; the SDK need not log it as well."""

    def __enter__(self) -> None:
        self._logger = logging.getLogger("temporalio")
        self._before = self._logger.level
        self._logger.setLevel(logging.CRITICAL)

    def __exit__(self, *exc: object) -> None:
        self._logger.setLevel(self._before)


class _Listening(Interceptor):
    def __init__(self, sink: _Sink) -> None:
        self._sink = sink

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        sink = self._sink

        class Inbound(_Inbound):
            def __init__(self, next: WorkflowInboundInterceptor) -> None:
                super().__init__(next, sink)

        return Inbound


class _Inbound(WorkflowInboundInterceptor):
    def __init__(self, next: WorkflowInboundInterceptor, sink: _Sink) -> None:
        super().__init__(next)
        self._sink = sink

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound, self._sink))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        self._sink.of_this_run().start = _raw(input.args[0])
        result = await super().execute_workflow(input)
        self._sink.of_this_run().end = _raw(result)
        return result

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        outputs = self._sink.of_this_run()
        answer = await super().handle_update_handler(input)
        if input.update == ACT:
            outputs.answers[input.id] = _raw(answer)
        return answer


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, sink: _Sink) -> None:
        super().__init__(next)
        self._sink = sink

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        if input.activity == RECORD:
            self._sink.of_this_run().requests.append(_raw(input.args[0]))
        return super().start_activity(input)

    def continue_as_new(self, input: ContinueAsNewInput) -> NoReturn:
        self._sink.of_this_run().next_start = _raw(input.args[0])
        super().continue_as_new(input)
