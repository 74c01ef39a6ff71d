"""The lives in the replay corpus, each lived through the gateway on real engines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tests.support.house import THE_ENTERPRISE, House

Life = Callable[[House], Awaitable[str]]
"""Lives a life and gives its demand."""

REPORTS = 230
"""Progress reports that bring a run past its thousand events."""

TEXT = "请协调供电部门加快接入。"


async def closed(home: House) -> str:
    """From listed to closed, the usual way."""
    return await home.closed(TEXT)


async def under_way(home: House) -> str:
    """Not ended: planned, handed to a member, corrected, a milestone done."""
    demand = await home.planned(TEXT)
    await home.act(demand, "s04", "hand", to="s04m")
    await home.act(demand, "s04m", "complete_milestone", milestone=1, note="已踏勘")
    await home.act(demand, "bureau1", "amend", remark="企业希望年底前完成", urgency="urgent")
    return demand


async def rejected(home: House) -> str:
    """The bureau did not take it up."""
    demand = await home.demand(TEXT)
    await home.act(demand, "bureau1", "reject", reason="不属于园区职责范围，已告知企业")
    return demand


async def withdrawn(home: House) -> str:
    """The enterprise took it back while the work was paused."""
    demand = await home.planned(TEXT)
    until = datetime.now(UTC) + timedelta(days=10)
    await home.act(demand, "u20", "pause", reason="等待企业提供材料", until=until)
    await home.act(demand, THE_ENTERPRISE, "withdraw", reason="问题已自行解决")
    return demand


async def returned(home: House) -> str:
    """The first unit gave it back, the second claimed it."""
    demand = await home.demand(TEXT)
    await home.act(demand, "bureau1", "assign", unit="U21", note="请研究")
    await home.act(demand, "u21", "return", reason="不属于本单位职责", legal_basis="三定方案第二条")
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    await home.act(demand, "u20", "claim", responsible_leader="分管副局长", handler="u20")
    return demand


async def reopened(home: House) -> str:
    """The enterprise was not content: a second round, then closed."""
    demand = await home.resolved(TEXT)
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=1, comment="电压仍不稳定")
    await home.act(demand, "u20", "plan", summary="更换变压器")
    await home.act(demand, "u20", "resolve", outcome="solved", text="变压器已更换")
    await home.act(demand, "bureau1", "evaluate", score=5, call_note="电话回访，企业满意")
    return demand


async def not_now(home: House) -> str:
    """It was "not now" and stayed open until its review, then it was solved after all."""
    demand = await home.planned(TEXT)
    review = (datetime.now(UTC) + timedelta(days=90)).date()
    await home.act(
        demand, "u20", "resolve", outcome="not_now", text="线路改造列入明年计划", review_on=review
    )
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=4)
    await home.act(demand, "u20", "plan", summary="提前实施线路改造")
    await home.act(demand, "u20", "resolve", outcome="solved", text="线路改造完成")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)
    return demand


async def paused(home: House) -> str:
    """The work waited and went on."""
    demand = await home.planned(TEXT)
    until = datetime.now(UTC) + timedelta(days=30)
    await home.act(demand, "u20", "pause", reason="等待上级批复", until=until)
    await home.act(demand, "u20", "resume", note="批复已下达")
    await home.act(demand, "s04", "report_progress", text="已进场施工", percent=60)
    return demand


async def reassigned(home: House) -> str:
    """Another unit took over what was already planned."""
    demand = await home.planned(TEXT)
    await home.act(demand, "bureau1", "reassign", unit="U21", reason="职能调整")
    await home.act(demand, "u21", "claim", responsible_leader="分管副主任", handler="u21")
    return demand


async def continued(home: House) -> str:
    """So long that it went on in a second run, and closed there."""
    demand = await home.planned(TEXT)
    for number in range(1, REPORTS + 1):
        await home.act(demand, "s04", "report_progress", text=f"第 {number} 次现场协调")
    for milestone in (1, 2):
        await home.act(demand, "s04", "complete_milestone", milestone=milestone)
    await home.act(demand, "u20", "resolve", outcome="solved", text="已接入")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)
    return demand


async def ledger_away(home: House) -> str:
    """The ledger could not be written for two commands: the workflow delivered them itself."""
    demand = await home.planned(TEXT)
    with patch("starter.gateway.record", side_effect=ConnectionError("the ledger is away")):
        await home.act(demand, "s04", "report_progress", text="台账中断时的进展", percent=30)
        await home.act(demand, "s04", "report_progress", text="仍在中断", percent=40)
    await home.act(demand, "u20", "resolve", outcome="explained", text="已向企业说明")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=3, comment="可以理解")
    return demand


LIVES: tuple[Life, ...] = (
    closed,
    under_way,
    rejected,
    withdrawn,
    returned,
    reopened,
    not_now,
    paused,
    reassigned,
    continued,
    ledger_away,
)
