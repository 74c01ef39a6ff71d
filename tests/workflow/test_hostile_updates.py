"""Whatever is sent to a demand's workflow, it goes on working and keeps its history clean."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import asyncpg
import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError

from domain.actors import Actor
from domain.commands import Amend
from domain.values import Role
from tests.support.chains import BUREAU, list_demand
from tests.support.house import ENTERPRISE, House
from tests.support.parts import no_right, sweeper, working
from tests.support.reckoning import assert_kept, runs_of, told
from workflows.contracts import ACT, FLUSH, Act, workflow_id

STRANGER = Actor(account="s04", role=Role.SQUAD, post="队长", squad="S04")

GARBAGE: list[tuple[str, list[Any]]] = [
    (ACT, []),
    (ACT, ["garbage"]),
    (ACT, [None]),
    (ACT, [17]),
    (ACT, [{}]),
    (ACT, [b"\x00\xff"]),
    (ACT, [{"command_id": "x", "command": {"kind": "no such command"}}]),
    (ACT, [{"command_id": "x", "command": {"kind": "amend", "by": None}}]),
    (ACT, [{"command_id": "x", "ledger_seq": "many", "command": {"kind": "resume"}}]),
    (FLUSH, ["garbage"]),
    ("no_such_update", [{}]),
]


async def failed_tasks(home: House, demand: str) -> int:
    failed = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    return sum(e.event_type == failed for run in await runs_of(home.client, demand) for e in run)


@pytest.mark.parametrize(("name", "args"), GARBAGE)
async def test_garbage_is_refused_and_leaves_no_trace(
    home: House, name: str, args: list[Any]
) -> None:
    demand = await home.demand()
    before = await told(home.client, demand)
    handle = home.client.get_workflow_handle(workflow_id(demand))
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(name, args=args)
    assert (await told(home.client, demand)).length == before.length
    accepted = await home.act(demand, "bureau1", "assign", unit="U20")
    assert await failed_tasks(home, demand) == 0
    await assert_kept(home.client, home.pool, [demand], [accepted])


@pytest.mark.parametrize(
    "command",
    [
        Amend(by=STRANGER, remark="x"),
        Amend(by=BUREAU),
        list_demand("T-001"),
        list_demand("T-001", STRANGER),
    ],
)
async def test_the_validator_refuses_before_anything_is_written(
    home: House, command: Amend
) -> None:
    demand = await home.demand()
    before = await told(home.client, demand)
    handle = home.client.get_workflow_handle(workflow_id(demand))
    act = Act(command_id="sent", command=command)
    for _ in range(3):
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(ACT, act, id="sent")
    assert (await told(home.client, demand)).length == before.length
    assert await failed_tasks(home, demand) == 0


async def test_signals_and_queries_that_nobody_knows_disturb_nothing(home: House) -> None:
    demand = await home.demand()
    handle = home.client.get_workflow_handle(workflow_id(demand))
    await handle.signal("wake up", {"garbage": True})
    accepted = await home.act(demand, "bureau1", "assign", unit="U20")
    assert await failed_tasks(home, demand) == 0
    await assert_kept(home.client, home.pool, [demand], [accepted])


@pytest.mark.parametrize("owing", [False, True])
async def test_a_request_to_cancel_ends_no_demand(
    home: House, owner: asyncpg.Connection, owing: bool
) -> None:
    """It is one click in Temporal's UI, and a demand ends by its own rules alone."""
    demand = await home.planned()
    handle = home.client.get_workflow_handle(workflow_id(demand))
    async with no_right(owner) if owing else nullcontext():
        for number in range(2):
            await home.act(demand, "s04", "report_progress", text=f"{number}")
        for _ in range(2):
            await handle.cancel()
        await home.act(demand, "s04", "report_progress", text="仍在办理")
    who = f"enterprise:{ENTERPRISE.uscc}"
    last = await home.act(demand, who, "withdraw", reason="已自行解决")
    assert (await handle.result())["status"] == "withdrawn"
    assert await failed_tasks(home, demand) == 0
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], [last])


async def test_a_demand_asked_to_cancel_leaves_the_workers_memory_like_any_other(
    empty: House,
) -> None:
    async with working(empty):
        demand = await empty.planned()
        await empty.client.get_workflow_handle(workflow_id(demand)).cancel()
        await empty.act(demand, "s04", "report_progress", text="一")
    async with working(empty):
        accepted = await empty.act(demand, "s04", "report_progress", text="二")
    await assert_kept(empty.client, empty.pool, [demand], [accepted])


@pytest.mark.parametrize("claimed", [1_000_000, 3, 2, 0, -5])
async def test_a_false_claim_of_what_the_ledger_has_makes_nothing_forgotten(
    home: House, claimed: int
) -> None:
    """Only the ledger's own hash counts; an event that it lacks is delivered."""
    demand = await home.demand()
    handle = home.client.get_workflow_handle(workflow_id(demand))
    for number in range(2):
        act = Act(
            command_id=f"{number}",
            ledger_seq=claimed,
            ledger_hash="e" * 64,
            command=Amend(by=BUREAU, remark=f"{number}"),
        )
        await handle.execute_update(ACT, act, id=f"{number}")
    await home.gateway.flush(demand)
    history = (await assert_kept(home.client, home.pool, [demand], []))[demand]
    assert len(history.events) == 3
