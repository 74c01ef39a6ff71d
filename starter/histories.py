"""What Temporal keeps, for the audit: which workflows, and all runs of one. The gateway's alone."""

from __future__ import annotations

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode


async def runs_of(client: Client, workflow: str) -> list[WorkflowHistory]:
    """The histories of every run that is still there; none where the workflow is not known.

    A run names the one that it continues; the walk ends where that one is gone.
    """
    runs: list[WorkflowHistory] = []
    run_id: str | None = None
    while True:
        try:
            history = await client.get_workflow_handle(workflow, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            break
        runs.insert(0, history)
        started = history.events[0].workflow_execution_started_event_attributes
        run_id = started.continued_execution_run_id
        if not run_id:
            break
    return runs


async def ids_of(client: Client, workflow_type: str, task_queue: str) -> list[str]:
    """The ids of all workflows of a type on a task queue, each once, in order."""
    query = f"WorkflowType = '{workflow_type}' AND TaskQueue = '{task_queue}'"
    return sorted({execution.id async for execution in client.list_workflows(query)})
