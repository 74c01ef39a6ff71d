"""The yardstick: the same Updates with the same content, a timer, and nothing done with them.

Same converter, same sandbox, same worker flags, no rules, no ledger.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

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
        """Wait for the last command, or for a deadline that is far away."""
        await workflow.wait_condition(lambda: self._over, timeout=timedelta(days=30))
        return len(self._commands)

    @workflow.update
    def act(self, act: Act) -> int:
        """Remember that it came."""
        self._commands.append(act.command_id)
        self._over = act.command.kind == LAST
        return len(self._commands)
