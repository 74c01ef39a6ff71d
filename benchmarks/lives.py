"""One life as both sides live it: the listing and eight commands, from listed to closed."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from benchmarks import bare
from domain.actors import Actor
from domain.commands import COMMAND, ListDemand
from domain.rules import Rules
from domain.values import Chain, Enterprise, Person, Role, Squad, Unit, Urgency
from starter.calendar_in_force import overlay
from starter.gateway import Gateway
from starter.policies import PARK_DEFAULT, load_policy
from workflows.contracts import Act, DemandStart

ENTERPRISE = Enterprise(uscc="91530181MA6K00001D", name="云南裕能新能源电池有限公司")
U20 = Unit(code="U20", name="市供电局")
S04 = Squad(code="S04", name="要素保障党员突击队")
BUREAU = Actor(account="bureau1", role=Role.BUREAU, post="党群服务中心服务专员甲岗", unit="U22")
UNIT = Actor(account="u20", role=Role.UNIT, post="市供电局联络员", unit="U20")
CAPTAIN = Actor(
    account="s04", role=Role.SQUAD, post="要素保障党员突击队队长", squad="S04", captain=True
)
MEMBER = Person(account="s04m", post="要素保障党员突击队队员", squad="S04")
POLICY = load_policy(PARK_DEFAULT)
CALENDAR = overlay().calendar_for(datetime.now(UTC))

STEPS: Sequence[tuple[str, str, dict[str, Any], Actor]] = (
    ("bureau1", "assign", {"unit": "U20", "squad": "S04"}, BUREAU),
    ("u20", "claim", {"responsible_leader": "分管副局长", "handler": "u20"}, UNIT),
    ("u20", "plan", {"summary": "两周内完成接入", "milestones": [{"title": "送电"}]}, UNIT),
    ("s04", "hand", {"to": "s04m"}, CAPTAIN),
    ("s04m", "report_progress", {"text": "现场踏勘完成。", "percent": 60}, CAPTAIN),
    ("u20", "complete_milestone", {"milestone": 1}, UNIT),
    ("u20", "resolve", {"outcome": "solved", "text": "变压器已接入送电。"}, UNIT),
    (f"enterprise:{ENTERPRISE.uscc}", "evaluate", {"score": 5, "comment": "满意"}, BUREAU),
)
"""Account, kind, fields as people give them, and for the bare side the actor ready-made."""

_RESOLVED = {"unit": U20, "squad": S04, "handler": UNIT.person(), "to": MEMBER}


@dataclass
class Measured:
    """Seconds of every acknowledged command, and the wall time of all lives."""

    lives: int = 0
    seconds: float = 0.0
    actions: list[float] = field(default_factory=list)

    def add(self, other: Measured) -> None:
        """Take in another round."""
        self.lives += other.lives
        self.seconds += other.seconds
        self.actions += other.actions


Live = Callable[[str, list[float]], Awaitable[None]]


def listing(demand: str, policy: Rules = POLICY) -> ListDemand:
    """The listing of a demand, by default under the park's rules."""
    return ListDemand(
        by=BUREAU,
        demand=demand,
        list_id=demand.rpartition("-")[0],
        meeting="第四季度联席会议",
        enterprise=ENTERPRISE,
        chain=Chain(code="NE", name="新能源电池材料产业链"),
        category="用电",
        urgency=Urgency.GENERAL,
        text="新增变压器900kVA报装，请协调供电部门加快接入。",
        policy=policy,
        calendar=CALENDAR,
    )


def lianban_life(gateway: Gateway) -> Live:
    """A life through the gateway and the ledger."""

    async def live(demand: str, actions: list[float]) -> None:
        await gateway.start(listing(demand), str(uuid.uuid4()))
        for who, kind, fields, _ in STEPS:
            began = time.perf_counter()
            await gateway.act(demand, who, kind, fields)
            actions.append(time.perf_counter() - began)

    return live


def bare_life(client: Client) -> Live:
    """The same life without rules and ledger."""

    async def live(demand: str, actions: list[float]) -> None:
        first = str(uuid.uuid4())
        command = listing(demand)
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            bare.BareWorkflow.run,
            DemandStart(command_id=first, command=command),
            id=f"bare:{demand}",
            task_queue=bare.TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        await client.execute_update_with_start_workflow(
            bare.BareWorkflow.act,
            Act(command_id=first, command=command),
            start_workflow_operation=start,
            id=first,
        )
        handle = client.get_workflow_handle(f"bare:{demand}")
        for _, kind, fields, by in STEPS:
            values = {name: _RESOLVED.get(name, value) for name, value in fields.items()}
            began = time.perf_counter()
            command_id = str(uuid.uuid4())
            act = Act(
                command_id=command_id,
                command=COMMAND.validate_python({"kind": kind, "by": by, **values}),
            )
            await handle.execute_update(bare.BareWorkflow.act, act, id=command_id)
            actions.append(time.perf_counter() - began)

    return live


async def measure(live: Live, demands: Sequence[str], callers: int) -> Measured:
    """Live all these lives with so many callers at once."""
    actions: list[float] = []
    queue = list(reversed(demands))

    async def caller() -> None:
        while queue:
            await live(queue.pop(), actions)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return Measured(len(demands), time.perf_counter() - began, actions)
