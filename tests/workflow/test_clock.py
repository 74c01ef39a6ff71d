"""The clock of a running demand: it reminds, declares overdue and escalates by itself."""

from __future__ import annotations

import json
from typing import Any

from domain import events as e
from domain.chain import parse_event
from domain.events import Event
from domain.rules import Rules
from domain.values import Status
from ledger import reads
from starter.policies import POLICIES, load_policy
from tests.support.house import THE_ENTERPRISE, House
from tests.support.waiting import eventually

DEMO = load_policy(POLICIES / "demo.toml")


def quick(**clocks: str) -> Rules:
    """The demonstration's rules with other times."""
    fields: dict[str, Any] = DEMO.model_dump(mode="json")
    fields["clocks"] |= clocks
    fields["reminders"] = [{"clocks": ["claim"], "before": "1s"}]
    fields["ladder"] = [
        {"step": "chase", "to": ["unit", "squad"]},
        {"step": "escalate", "after": "1s", "to": ["chain_leader"], "copy_to": ["bureau"]},
        {"step": "supervise", "after": "2s", "to": ["committee"]},
    ]
    return Rules.model_validate(fields)


async def told(home: House, demand: str) -> list[Event]:
    """The events of a demand as the ledger has them."""
    rows = await reads.events(home.pool, demand)
    return [parse_event(json.loads(row["body"])["event"]) for row in rows]


async def until_told(home: House, demand: str, kind: str) -> list[Event]:
    """The events, once one of that kind is among them."""

    async def look() -> list[Event]:
        events = await told(home, demand)
        return events if any(event.kind == kind for event in events) else []

    return await eventually(look, kind)


async def test_a_neglected_demand_is_reminded_of_declared_overdue_and_goes_up(home: House) -> None:
    home.policy = quick(claim="2s")
    demand = await home.demand()
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")

    events = await until_told(home, demand, "supervised")

    assert [event.kind for event in events][2:] == [
        *("reminded", "became_overdue", "chased", "escalated", "supervised")
    ]
    overdue = next(event for event in events if isinstance(event, e.BecameOverdue))
    assert (overdue.at - overdue.due).total_seconds() < 1
    assert (overdue.due - events[1].at).total_seconds() == 2
    assert (await home.state(demand)).overdue


async def test_silence_is_an_evaluation(home: House) -> None:
    home.policy = quick(evaluate="1s")
    demand = await home.resolved()

    events = await until_told(home, demand, "closed")

    silent = next(event for event in events if isinstance(event, e.Evaluated))
    assert (silent.by.account, silent.score, silent.comment) == ("clock", 5, "")
    assert (await home.state(demand)).status is Status.CLOSED


async def test_what_came_in_time_is_never_chased(home: House) -> None:
    home.policy = quick(claim="2s", plan="30s", resolve="30s")
    demand = await home.claimed()
    await home.act(demand, "u20", "plan", summary="两周内完成接入")
    await home.act(demand, "u20", "resolve", outcome="solved", text="已接入")
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)

    kinds = {event.kind for event in await told(home, demand)}

    assert not kinds & {"reminded", "became_overdue", "chased", "escalated", "supervised"}
