"""The whole house in one test process: gateway, worker and ledger on real engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from temporalio.client import Client

import worker
from domain.rules import Rules
from domain.state import DemandState
from domain.values import Chain, Enterprise, Urgency
from ledger.pool import Pool
from runtime.settings import Settings
from starter.connections import Connections
from starter.gateway import Accepted, Gateway
from starter.intake import Intake, Outcome, put_on_list
from starter.policies import policy_in_force
from starter.workbook.models import GoodRow

ENTERPRISE = Enterprise(uscc="91530181MA6K00001D", name="云南裕能新能源电池有限公司")
THE_ENTERPRISE = f"enterprise:{ENTERPRISE.uscc}"
CHAIN = Chain(code="NE", name="新能源电池材料产业链")


@dataclass
class House:
    """Everything a test needs to live a demand's life."""

    settings: Settings
    client: Client
    pool: Pool
    gateway: Gateway
    prefix: str
    policy: Rules

    @property
    def connections(self) -> Connections:
        """As the command line has them."""
        return Connections(self.settings, self.pool, self.gateway)

    async def put(self, *rows: GoodRow, list_id: str | None = None, by: str = "bureau1") -> Outcome:
        """Put rows on a list of this test's own."""
        who = (await self.gateway.resolver()).actor(by)
        intake = Intake(list_id or self.prefix, "第四季度联席会议", who, self.policy, "list.xlsx")
        return await put_on_list(self.connections, intake, rows)

    async def demand(self, text: str = "生产用水压力不足，请协调解决。", **fields: Any) -> str:
        """A listed demand; its id."""
        outcome = await self.put(row(text, **fields))
        assert not outcome.failed, outcome.failed
        return next(iter(outcome.numbers.values()))

    async def act(self, demand: str, who: str, kind: str, /, **fields: Any) -> Accepted:
        """One command."""
        return await self.gateway.act(demand, who, kind, fields)

    async def claimed(self, text: str = "请协调供电部门加快接入。") -> str:
        """A demand that unit U20 has claimed with squad S04."""
        demand = await self.demand(text)
        await self.act(demand, "bureau1", "assign", unit="U20", squad="S04")
        await self.act(demand, "u20", "claim", responsible_leader="分管副局长", handler="u20")
        return demand

    async def planned(self, text: str = "请协调供电部门加快接入。") -> str:
        """A claimed demand with a plan of two milestones."""
        demand = await self.claimed(text)
        milestones = [{"title": "现场踏勘"}, {"title": "送电"}]
        await self.act(demand, "u20", "plan", summary="两周内完成接入", milestones=milestones)
        return demand

    async def resolved(self, text: str = "请协调供电部门加快接入。") -> str:
        """A demand that its unit has resolved."""
        demand = await self.planned(text)
        await self.act(demand, "s04", "report_progress", text="已踏勘", percent=50)
        await self.act(demand, "u20", "resolve", outcome="partly_solved", text="已临时供电")
        return demand

    async def closed(self, text: str = "请协调供电部门加快接入。") -> str:
        """A demand that its enterprise is content with."""
        demand = await self.resolved(text)
        await self.act(demand, THE_ENTERPRISE, "evaluate", score=5)
        return demand

    async def state(self, demand: str) -> DemandState:
        """The ledger's current state."""
        row = await self.pool.fetchval("SELECT state FROM demands WHERE demand = $1", demand)
        return DemandState.model_validate_json(row)


def row(text: str, number: int = 1, **fields: Any) -> GoodRow:
    """A good row of a list."""
    values: dict[str, Any] = {
        "sheet": "需求清单",
        "row": number,
        "enterprise": ENTERPRISE,
        "chain": CHAIN,
        "category": "用电",
        "urgency": Urgency.GENERAL,
        "text": text,
    }
    return GoodRow.model_validate(values | fields)


@asynccontextmanager
async def house(
    client: Client, pool: Pool, settings: Settings, prefix: str
) -> AsyncIterator[House]:
    """A house whose worker runs in this process."""
    gateway = Gateway(client, pool, task_queue=settings.task_queue, patience=settings.patience)
    async with worker.build(client, pool, settings):
        yield House(settings, client, pool, gateway, prefix, policy_in_force(settings))
