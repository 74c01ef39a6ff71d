"""`lianban tasks`: what waits for me."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.state import DemandState
from domain.tasks import Task
from domain.values import instant_text
from ledger import reads
from runtime.settings import Settings
from runtime.text import text
from starter.cli import options, output, tables, words
from starter.cli.app import app, command
from starter.cli.explain import WrongUsage
from starter.cli.options import As, Json
from starter.cli.session import ledger
from starter.cli.tables import Column
from starter.resolve import resolver

COLUMNS = (
    Column("demand"),
    Column("urgency"),
    Column("task"),
    Column("promised"),
    Column("enterprise", share=2),
    Column("text", share=3),
)


@command(app, "tasks")
async def tasks(*, as_: As = None, json: Json = False) -> int:
    """Most urgent first."""
    typed = as_ or Settings().account
    if typed is None:
        raise WrongUsage("tasks_of_whom")
    now = datetime.now(UTC)
    async with ledger() as pool:
        actor = (await resolver(pool)).actor(options.account(typed))
        waiting = await reads.tasks(pool, actor, now)
    if json:
        output.data({"account": actor.account, "tasks": [_as_json(t, s, now) for t, s in waiting]})
        return output.DONE
    if not waiting:
        output.say(text("cli.no_tasks", post=actor.post))
        return output.DONE
    tables.table(COLUMNS, [_cells(task, state, now) for task, state in waiting])
    output.say(text("cli.task_count", count=len(waiting)), "dim")
    return output.DONE


def _late(task: Task, now: datetime) -> bool:
    return task.promised_by is not None and task.promised_by <= now


def _cells(task: Task, state: DemandState, now: datetime) -> list[str]:
    promised = words.deadline(task.promised_by) if task.promised_by else ""
    return [
        task.demand,
        text(f"word.{task.urgency.value}"),
        text(f"task.{task.kind.value}"),
        text("cli.overdue", status=promised) if _late(task, now) else promised,
        state.enterprise.name,
        state.text,
    ]


def _as_json(task: Task, state: DemandState, now: datetime) -> dict[str, object]:
    return {
        "kind": task.kind.value,
        "demand": task.demand,
        "urgency": task.urgency.value,
        "since": instant_text(task.since),
        "promised_by": instant_text(task.promised_by) if task.promised_by else None,
        "late": _late(task, now),
        "status": state.status.value,
        "enterprise": state.enterprise.model_dump(mode="json"),
        "category": state.category,
        "text": state.text,
    }
