"""All that a run of a demand's workflow said: read from its history, or said again by a replay.

Raw JSON throughout, so that an extra or altered key is seen; what it means is for `facts`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from activities.contracts import RECORD
from runtime.temporal import DATA_CONVERTER
from workflows.contracts import ACT


@dataclass
class Outputs:
    """What one run was given and what it said; `answers` by the id of their Update."""

    run_id: str
    start: dict[str, Any] | None = None
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    next_start: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    final: dict[str, Any] | None = None
    """What a next run would be given; only a replay knows it of a run under way."""
    next_run_id: str | None = None
    stopped: bool = False
    """Closed by something else than its own end: terminated, cancelled, failed, timed out."""

    @property
    def first(self) -> bool:
        """Whether the demand began with this run."""
        return self.start is not None and self.start.get("carried") is None


class Unreadable(Exception):
    """A history that is not one of a demand, or whose payloads are not JSON."""


async def read(history: WorkflowHistory) -> Outputs:
    """What the history of one run holds. Raises `Unreadable`."""
    outputs = Outputs(history.run_id)
    accepted: dict[int, str] = {}
    try:
        for event in history.events:
            await _read_event(outputs, accepted, event)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if outputs.start is None:
        raise Unreadable("the history does not begin with a start")
    return outputs


_STOPPED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
}


async def _read_event(outputs: Outputs, accepted: dict[int, str], event: HistoryEvent) -> None:
    match event.event_type:
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            started = event.workflow_execution_started_event_attributes
            outputs.start = await _value(started.input)
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            request = event.workflow_execution_update_accepted_event_attributes.accepted_request
            if request.input.name == ACT:
                accepted[event.event_id] = request.meta.update_id
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            completed = event.workflow_execution_update_completed_event_attributes
            update = accepted.get(completed.accepted_event_id)
            if update is not None and completed.outcome.HasField("success"):
                outputs.answers[update] = await _value(completed.outcome.success)
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == RECORD:
                outputs.requests.append(await _value(scheduled.input))
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            continued = event.workflow_execution_continued_as_new_event_attributes
            outputs.next_start = await _value(continued.input)
            outputs.next_run_id = continued.new_execution_run_id
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            ended = event.workflow_execution_completed_event_attributes
            outputs.end = await _value(ended.result)
        case kind if kind in _STOPPED:
            outputs.stopped = True


async def _value(payloads: Payloads) -> dict[str, Any]:
    """The one model in these payloads, as raw JSON."""
    codec = DATA_CONVERTER.payload_codec
    found = await codec.decode(payloads.payloads) if codec else payloads.payloads
    value = json.loads(found[0].data) if found else None
    if not isinstance(value, dict):
        raise Unreadable("a payload is not a JSON object")
    return value
