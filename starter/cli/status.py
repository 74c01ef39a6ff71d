"""`lianban status`: what runs where, and whether anything needs a person."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from domain.values import Status, instant_text
from ledger import messages, reads
from ledger.pool import Pool
from runtime.embedded.info import StackInfo, read_stack
from runtime.settings import Settings
from runtime.temporal import connect
from runtime.text import text
from starter.cli import output, tables
from starter.cli.app import app, command
from starter.cli.explain import explain
from starter.cli.options import Json
from starter.connections import data_dir, dsn_of, ledger_only, temporal_address_of
from starter.errors import SystemUnreachable
from starter.gateway import polling


@dataclass
class Found:
    """What was found out; `problems` are sentences, worst first."""

    data: str
    stack: StackInfo | None
    postgresql: dict[str, Any] = field(default_factory=dict)
    temporal: dict[str, Any] = field(default_factory=dict)
    workers: list[str] = field(default_factory=list)
    ledger: dict[str, Any] | None = None
    messages: dict[str, int] = field(default_factory=dict)
    alarms: list[dict[str, Any]] = field(default_factory=list)
    reserved_only: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reachable(self) -> bool:
        return bool(self.postgresql["reachable"] and self.temporal["reachable"])

    @property
    def exit_code(self) -> int:
        """3 not reachable; 1 reachable and something is wrong."""
        if not self.reachable:
            return output.UNREACHABLE
        return output.REFUSED if self.alarms or not self.workers else output.DONE


@command(app, "status")
async def status(*, json: Json = False) -> int:
    """Looks at both engines, the workers and the ledger."""
    settings = Settings()
    data = data_dir(settings)
    stack = read_stack(data)
    found = Found(str(data), stack if stack and stack.running else None)
    await _look_at_ledger(settings, found)
    await _look_at_temporal(settings, found)
    if json:
        output.data(_as_json(found))
    else:
        _show(found)
    return found.exit_code


async def _look_at_ledger(settings: Settings, found: Found) -> None:
    try:
        address = urlsplit(dsn_of(settings))
        place = f"{address.hostname or ''}:{address.port or 5432}{address.path}"
        found.postgresql = {"address": place, "reachable": False}
        async with ledger_only(settings) as pool:
            await _read_ledger(pool, found)
        found.postgresql["reachable"] = True
    except Exception as error:
        found.postgresql |= {"reachable": False, "problem": explain(error).message}


async def _read_ledger(pool: Pool, found: Found) -> None:
    found.ledger = await reads.health(pool)
    found.messages = await messages.counts(pool)
    found.alarms = [dict(row) for row in await reads.alarms(pool)]
    found.reserved_only = [dict(row) for row in await reads.reserved_only(pool)]


async def _look_at_temporal(settings: Settings, found: Found) -> None:
    try:
        if found.stack is None and not settings.dsn:
            raise SystemUnreachable("stack", found.data)
        client = await connect(temporal_address_of(settings))
        found.temporal = {
            "address": client.service_client.config.target_host,
            "namespace": client.namespace,
            "reachable": False,
        }
        polled = await polling(client, settings.task_queue)
        found.workers = [identity for identity in polled if not _dead(identity)]
        found.temporal["reachable"] = True
    except RuntimeError as error:  # what the SDK raises where nobody answers
        unreachable = SystemUnreachable("temporal", str(error))
        found.temporal |= {"reachable": False, "problem": explain(unreachable).message}
    except SystemUnreachable as error:
        found.temporal |= {"reachable": False, "problem": explain(error).message}


def _dead(identity: str) -> bool:
    """Whether a worker was a process of this machine that is gone; Temporal forgets it later."""
    pid, _, host = identity.partition("@")
    return host == socket.gethostname() and pid.isdigit() and not Path(f"/proc/{pid}").exists()


def _show(found: Found) -> None:
    stack = found.stack
    output.say(text(f"cli.status_{_verdict(found)}"), "bold")
    problem = found.postgresql.get("problem")
    if problem and problem == found.temporal.get("problem"):  # nothing runs here: said once
        output.warn(problem)
        output.warn(text("cli.hint_unreachable_stack"))
        return
    tables.facts(
        [
            ("f_stack", text("cli.stack_runs", pid=stack.pid) if stack else ""),
            ("f_data", found.data if stack else ""),
            ("f_postgresql", _engine(found.postgresql)),
            ("f_temporal", _engine(found.temporal)),
            ("f_ui", (stack.ui or "") if stack else ""),
            ("f_web", (stack.web or "") if stack else ""),
            ("f_workers", text("cli.list_comma").join(found.workers)),
            *_ledger_facts(found),
        ]
    )
    for line in _advice(found):
        output.warn(line)


def _verdict(found: Found) -> str:
    if not found.reachable:
        return "unreachable"
    return "wanting" if found.exit_code else "well"


def _engine(seen: dict[str, Any]) -> str:
    if seen["reachable"]:
        namespace = seen.get("namespace")
        return text("cli.answers", address=seen["address"] + (f" {namespace}" if namespace else ""))
    return str(seen["problem"])


def _ledger_facts(found: Found) -> list[tuple[str, str]]:
    seen = found.ledger
    if seen is None:
        return []
    by_status = text("cli.list_comma").join(
        f"{text(f'word.{status.value}')} {seen['by_status'][status.value]}"
        for status in Status
        if seen["by_status"].get(status.value)
    )
    counts = {key: seen[key] for key in ("demands", "open", "events", "schema_version")}
    return [
        ("f_ledger", text("cli.ledger_counts", **counts)),
        ("f_by_status", by_status),
        ("f_intents", str(seen["intents"])),
        ("f_gaps", str(seen["gaps"])),
        ("f_alarms", str(seen["alarms"])),
        ("f_messages", text("cli.message_counts", **found.messages)),
    ]


def _advice(found: Found) -> list[str]:
    lines = []
    if not found.reachable and found.stack is None:
        lines.append(text("cli.hint_unreachable_stack"))
    if found.temporal["reachable"] and not found.workers:
        lines.append(text("cli.no_worker"))
    for alarm in found.alarms:
        kind = text(f"cli.alarm_{alarm['kind']}")
        lines.append(text("cli.alarm", demand=alarm["demand"], seq=alarm["seq"], kind=kind))
    for row in found.reserved_only:
        facts = {"list_id": row["list_id"], "count": row["demands"], "first": row["first"]}
        lines.append(text("cli.reserved", **facts))
    return lines


def _as_json(found: Found) -> dict[str, Any]:
    stack = found.stack
    return {
        "well": found.exit_code == output.DONE,
        "stack": {
            "data": found.data,
            "running": stack is not None,
            "pid": stack.pid if stack else None,
            "ui": stack.ui if stack else None,
            "web": stack.web if stack else None,
        },
        "postgresql": found.postgresql,
        "temporal": found.temporal,
        "workers": found.workers,
        "ledger": found.ledger,
        "messages": found.messages,
        "alarms": [_plain(alarm) for alarm in found.alarms],
        "reserved_only": found.reserved_only,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: instant_text(v) if isinstance(v, datetime) else v for k, v in row.items()}
