"""`lianban tasks`: what waits for me."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.state import DemandState
from domain.tasks import Task
from domain.values import instant_text
from ledger import reads
from runtime.settings import Settings
from runtime.text import text
from starter import words
from starter.cli import options, output, tables
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
    Column("due"),
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


def _cells(task: Task, state: DemandState, now: datetime) -> list[str]:
    return [
        task.demand,
        text(f"word.{task.urgency.value}"),
        text(f"task.{task.kind.value}", number=task.number),
        _by(task.due, now),
        _by(task.promised_by, now),
        state.enterprise.name,
        state.text,
    ]


def _by(instant: datetime | None, now: datetime) -> str:
    """An instant, marked where it has passed."""
    if instant is None:
        return ""
    shown = words.deadline(instant)
    return text("cli.overdue", status=shown) if instant <= now else shown


def _as_json(task: Task, state: DemandState, now: datetime) -> dict[str, object]:
    return {
        "kind": task.kind.value,
        "demand": task.demand,
        "urgency": task.urgency.value,
        "since": instant_text(task.since),
        "due": instant_text(task.due) if task.due else None,
        "promised_by": instant_text(task.promised_by) if task.promised_by else None,
        "late": task.late(now),
        "number": task.number or None,
        "status": state.status.value,
        "enterprise": state.enterprise.model_dump(mode="json"),
        "category": state.category,
        "text": state.text,
    }
