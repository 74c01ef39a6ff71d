"""Lives under rules with deadlines (format 2): what the clock does, and what came with it.

In real time, by rules of seconds: a corpus holds what the real engines said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from obstore.store import MemoryStore

from domain.calendar import Holiday, YearTable
from domain.rules import Rules
from ledger import reads
from starter.attachments.depot import Depot, Limits
from starter.attachments.naming import as_named
from starter.calendar_in_force import calendar_in_force
from starter.policies import PARK_DEFAULT, POLICIES, load_policy
from tests.replay import lives as earlier
from tests.support import files
from tests.support.house import THE_ENTERPRISE, House
from tests.support.parts import outside, working
from tests.support.waiting import eventually

Life = Callable[[House], Awaitable[str]]
TEXT = earlier.TEXT
CLAIM: dict[str, Any] = {"responsible_leader": "分管副局长", "handler": "u20"}


def rules(revisited: int = 0, **clocks: str) -> Rules:
    """The demonstration's rules with other times, a reminder and every step of a ladder."""
    fields: dict[str, Any] = load_policy(POLICIES / "demo.toml").model_dump(mode="json")
    fields["clocks"] |= clocks
    fields["reminders"] = [{"clocks": ["claim"], "before": "1s"}]
    fields["ladder"] = [
        {"step": "chase", "to": ["unit", "squad"]},
        {"step": "escalate", "after": "1s", "to": ["chain_leader"], "copy_to": ["bureau"]},
        {"step": "criticise", "after": "2s", "to": ["unit"], "copy_to": ["unit_leader"]},
        {"step": "supervise", "after": "3s", "to": ["committee"]},
    ]
    fields["evaluation"] = {"follow_up": revisited}
    return Rules.model_validate(fields)


async def until(home: House, demand: str, kind: str, times: int = 1) -> None:
    """Wait until the ledger has so many events of that kind."""

    async def look() -> bool:
        rows = await reads.events(home.pool, demand)
        return [row["kind"] for row in rows].count(kind) >= times

    await eventually(look, kind)


async def assigned(home: House) -> str:
    """A demand that U20 has got."""
    demand = await home.demand(TEXT)
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    return demand


async def neglected(home: House) -> str:
    """Nobody claimed it: reminded, overdue, chased, escalated, criticised, supervised."""
    home.policy = rules(claim="2s")
    demand = await assigned(home)
    await until(home, demand, "supervised")
    return demand


async def chased_again(home: House) -> str:
    """A rung that came back until the unit claimed after all."""
    again = {"step": "chase", "every": "1s", "to": ["unit", "squad"]}
    fields = rules(claim="2s").model_dump(mode="json") | {"ladder": [again]}
    home.policy = Rules.model_validate(fields)
    demand = await assigned(home)
    await until(home, demand, "chased", times=3)
    await home.act(demand, "u20", "claim", **CLAIM)
    return demand


async def extended(home: House) -> str:
    """More time was asked for in vain, asked for again and granted; then it was solved."""
    home.policy = rules(resolve="60s")
    demand = await home.claimed(TEXT)
    await home.act(demand, "u20", "ask_extension", more="20s", reason="设备到货推迟")
    await home.act(demand, "bureau1", "refuse_extension", reason="请按期办理")
    await home.act(demand, "u20", "ask_extension", more="40s", reason="设备仍未到货")
    await home.act(demand, "bureau1", "grant_extension", note="同意")
    await home.act(demand, "u20", "plan", summary="设备到货后接入")
    await home.act(demand, "u20", "resolve", outcome="solved", text="已接入")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)
    return demand


async def overdue_withdrawn(home: House) -> str:
    """The bureau granted more time when the old one had passed already."""
    home.policy = rules(resolve="3s")
    demand = await home.claimed(TEXT)
    await home.act(demand, "u20", "ask_extension", more="60s", reason="设备到货推迟")
    await until(home, demand, "became_overdue")
    await home.act(demand, "bureau1", "grant_extension", note="同意")
    return demand


async def co_handled(home: House) -> str:
    """Another unit did a part; the enterprise was called, and got a first answer."""
    home.policy = rules(contact="30s", answer="60s")
    demand = await home.claimed(TEXT)
    await home.act(demand, "s04", "contact", note="已电话联系企业")
    await home.act(demand, "u20", "contact", note="已书面答复企业", answers=True)
    await home.act(demand, "u20", "ask_co_handling", unit="U04", request="请办理用地手续")
    await home.act(demand, "u04", "accept_co_handling", note="已受理")
    await home.act(demand, "u04", "report_co_handling", text="正在公示")
    await home.act(demand, "u04", "finish_co_handling", text="手续已办结")
    return demand


async def co_handler_late(home: House) -> str:
    """The part that another unit was to do became overdue, and was chased for its own sake."""
    home.policy = rules(co_handle="1s", plan="60s", resolve="60s")
    demand = await home.claimed(TEXT)
    await home.act(demand, "u20", "ask_co_handling", unit="U04", request="请办理用地手续")
    await until(home, demand, "supervised")
    return demand


async def instructed(home: House) -> str:
    """Supervised by hand; a leader instructed, one instruction was answered and one was not."""
    home.policy = rules(instruct="30s")
    demand = await home.claimed(TEXT)
    await home.act(demand, "bureau1", "supervise", reason="企业多次来电反映")
    await home.act(demand, "leader-ne", "instruct", text="请供电局本周内拿出方案")
    await home.act(demand, "u20", "respond", instruction=1, text="方案已报送")
    await home.act(demand, "committee", "instruct", text="请按方案推进")
    return demand


async def adjudicated(home: House) -> str:
    """Returned twice: the bureau ruled, and the unit claimed."""
    home.policy = rules(assign="60s")
    demand = await assigned(home)
    grounds = {"reason": "不属于本单位职责", "legal_basis": "三定方案第二条"}
    await home.act(demand, "u20", "return", **grounds)
    await home.act(demand, "bureau1", "assign", unit="U21")
    await home.act(demand, "u21", "return", **grounds)
    ruling = {"ruling": "由市供电局牵头办理", "legal_basis": "园区职责清单第八项"}
    await home.act(demand, "bureau1", "adjudicate", unit="U20", squad="S04", **ruling)
    await home.act(demand, "u20", "claim", **CLAIM)
    return demand


async def followed_up(home: House) -> str:
    """The enterprise was content, and the bureau asked again before closing."""
    home.policy = rules(revisited=100, follow_up="60s")
    demand = await home.resolved(TEXT)
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=4)
    await home.act(demand, "bureau1", "follow_up", text="电话回访，企业满意", satisfied=True)
    return demand


async def silent(home: House) -> str:
    """The enterprise said nothing, which closed it."""
    home.policy = rules(evaluate="1s")
    demand = await home.resolved(TEXT)
    await until(home, demand, "closed")
    return demand


async def resumed_by_the_clock(home: House) -> str:
    """A pause came to its end, and the work went on."""
    home.policy = rules(claim="60s", plan="60s", resolve="60s")
    demand = await home.planned(TEXT)
    end = datetime.now(UTC) + timedelta(seconds=1.5)
    await home.act(demand, "u20", "pause", reason="等待上级批复", until=end)
    await until(home, demand, "resumed")
    await home.act(demand, "s04", "report_progress", text="已进场施工", percent=60)
    return demand


async def calendar_adopted(home: House) -> str:
    """Another calendar was adopted, which moved the deadlines; its category moved them again."""
    home.policy = load_policy(PARK_DEFAULT)
    demand = await home.claimed(TEXT)
    await home.act(demand, "bureau1", "adopt_calendar", calendar=await _with_days_off(home))
    await home.act(demand, "bureau1", "amend", urgency="urgent", reason="企业停产")
    return demand


async def _with_days_off(home: House) -> dict[str, Any]:
    """The calendar in force, with some days off more from the day after tomorrow on."""
    calendar = await calendar_in_force(home.pool)
    first = (datetime.now(UTC) + timedelta(days=2)).date()
    more = Holiday(name="调休", first=first, last=first)
    years = tuple(
        YearTable(
            year=table.year,
            version=f"{table.version}b",
            source=table.source,
            provisional=table.provisional,
            holidays=(*table.holidays, more) if table.year == first.year else table.holidays,
        )
        for table in calendar.years
    )
    changed = calendar.model_copy(update={"version": f"{calendar.version}b", "years": years})
    return changed.model_dump(mode="json")


async def with_material(home: House) -> str:
    """Photos and forms came with it: from squad, unit, co-handling unit, enterprise and bureau."""
    home.policy = load_policy(PARK_DEFAULT)
    keeps = Depot(home.pool, MemoryStore(), Limits(1_000_000, 1_000_000), patience=30.0)

    async def bring(who: str, kind: str, **fields: Any) -> None:
        photo = await keeps.take_in(files.photo(), "现场.jpg", who)
        form = await keeps.take_in(files.PDF, "申请表.pdf", who)
        await home.act(demand, who, kind, **fields, attachments=as_named([photo, form]))

    demand = await home.demand(TEXT)
    await bring(THE_ENTERPRISE, "supply_material", text="申请表已盖章")
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    await home.act(demand, "u20", "claim", **CLAIM)
    milestones = [{"title": "现场踏勘"}]
    await home.act(demand, "u20", "plan", summary="两周内完成接入", milestones=milestones)
    await bring("s04", "report_progress", text="已踏勘", percent=50)
    await bring("s04", "complete_milestone", milestone=1)
    await home.act(demand, "u20", "ask_co_handling", unit="U21", request="请协助停电施工")
    await bring("u21", "report_co_handling", text="已排期")
    await bring("u21", "finish_co_handling", text="已停电施工")
    await home.act(demand, THE_ENTERPRISE, "supply_material", text="另有一处需要接入")
    await bring("bureau1", "supply_material", call_note="企业来电，传真了图纸")
    await bring("u20", "resolve", outcome="solved", text="已送电")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)
    return demand


async def command_first(home: House) -> str:
    """No worker was there over the deadline, and a command came with the late clock."""
    settings = home.settings.model_copy(update={"task_queue": f"{home.settings.task_queue}-late"})
    place = outside(home.client, home.pool, settings, home.prefix)
    place.policy = rules(claim="2s")
    async with working(place):
        demand = await assigned(place)
    await asyncio.sleep(4.5)
    claiming = asyncio.create_task(place.act(demand, "u20", "claim", **CLAIM))

    async def intended() -> bool:
        return bool(await place.pool.fetchval("SELECT count(*) FROM intents"))

    await eventually(intended, "an intent")
    async with working(place):
        await claiming
        await until(place, demand, "became_overdue")
    return demand


def _in_time(life: Life) -> Life:
    """An earlier life, lived under the park's rules."""

    async def lived(home: House) -> str:
        home.policy = load_policy(PARK_DEFAULT)
        return await life(home)

    lived.__name__ = f"timed_{life.__name__}"
    lived.__doc__ = life.__doc__
    return lived


TIMED_LIVES: tuple[Life, ...] = (
    neglected,
    chased_again,
    extended,
    overdue_withdrawn,
    co_handled,
    co_handler_late,
    instructed,
    adjudicated,
    followed_up,
    silent,
    resumed_by_the_clock,
    calendar_adopted,
    with_material,
    command_first,
    *(_in_time(life) for life in earlier.LIVES),
)
