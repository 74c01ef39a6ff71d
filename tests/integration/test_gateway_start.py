"""A demand starts once, with its first event, and never with what it could not start with."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.actors import Actor
from domain.values import Role
from starter.errors import CommandRefused
from starter.intake import Intake, put_on_list
from tests.support.chains import list_demand
from tests.support.house import House, row
from tests.support.parts import sweeper
from tests.support.reckoning import assert_agree, assert_kept, runs_of, told
from workflows.contracts import workflow_id

SQUAD = Actor(account="s04", role=Role.SQUAD, post="队长", squad="S04", captain=True)


async def test_the_first_event_comes_with_the_start(home: House) -> None:
    demand = f"{home.prefix}-001"
    accepted = await home.gateway.start(list_demand(demand), "first")
    assert accepted.recorded
    assert [(e.seq, e.event.kind, e.command_id) for e in accepted.answer.events] == [
        (1, "listed", "first")
    ]
    history = await assert_agree(home.client, home.pool, demand)
    assert history.answered == {"first": 1}


async def test_starting_twice_is_the_same_demand_with_the_same_first_event(home: House) -> None:
    command = list_demand(f"{home.prefix}-001")
    first = await home.gateway.start(command, "first")
    await home.act(command.demand, "bureau1", "assign", unit="U20")
    again = await home.gateway.start(command, "first")
    assert again.answer.events == first.answer.events
    assert (await home.state(command.demand)).status == "assigned"
    await assert_kept(home.client, home.pool, [command.demand], [first, again])


async def test_ten_who_start_a_demand_at_once_start_one(home: House) -> None:
    command = list_demand(f"{home.prefix}-001")
    answers = await asyncio.gather(*(home.gateway.start(command, "first") for _ in range(10)))
    assert len({answer.answer.events for answer in answers}) == 1
    history = (await assert_kept(home.client, home.pool, [command.demand], answers))[command.demand]
    assert len(history.events) == 1


async def test_another_listing_of_a_listed_demand_is_refused(home: House) -> None:
    demand = f"{home.prefix}-001"
    await home.gateway.start(list_demand(demand), "first")
    for command_id, code in (("first", "command_id_reused"), ("second", "already_listed")):
        with pytest.raises(CommandRefused) as refused:
            await home.gateway.start(list_demand(demand, text="另一件事"), command_id)
        assert refused.value.code == code
    assert len((await assert_agree(home.client, home.pool, demand)).events) == 1
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0


async def test_an_ended_demand_does_not_start_again(home: House) -> None:
    demand = f"{home.prefix}-001"
    command = list_demand(demand)
    await home.gateway.start(command, "first")
    await home.act(demand, "bureau1", "reject", reason="不属本园区")
    await ended(home, demand)
    with pytest.raises(CommandRefused) as refused:
        await home.gateway.start(command, "another")
    assert refused.value.code == "ended"
    assert len(await runs_of(home.client, demand)) == 1
    await assert_kept(home.client, home.pool, [demand], [])


async def ended(home: House, demand: str) -> None:
    await home.client.get_workflow_handle(workflow_id(demand)).result()


@pytest.mark.parametrize(
    ("demand", "by", "code"),
    [
        ("X-001", SQUAD, "not_authorized"),
        ("X-Y", None, "invalid_input"),
        ("X-", None, "invalid_input"),
        ("X-9999999999", None, "invalid_input"),
    ],
)
async def test_a_start_that_would_never_succeed_is_not_sent(
    home: House, demand: str, by: Actor | None, code: str
) -> None:
    """Temporal would try the constructor for ever."""
    command = list_demand(demand, by) if by else list_demand(demand)
    with pytest.raises(CommandRefused) as refused:
        await home.gateway.start(command, f"start {home.prefix}")
    assert refused.value.code == code
    with pytest.raises(RPCError) as missing:
        await home.client.get_workflow_handle(workflow_id(demand)).describe()
    assert missing.value.status is RPCStatusCode.NOT_FOUND
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0


async def test_who_may_not_list_reserves_nothing(home: House) -> None:
    intake = Intake(home.prefix, "", SQUAD, home.policy)
    with pytest.raises(CommandRefused) as refused:
        await put_on_list(home.connections, intake, [row("请协调供电。")])
    assert refused.value.code == "not_authorized"
    assert await home.pool.fetchval("SELECT count(*) FROM reservations") == 0


async def test_a_command_for_a_demand_that_is_not_there_says_why(home: House) -> None:
    with pytest.raises(CommandRefused) as refused:
        await home.act("NONE-001", "bureau1", "assign", unit="U20")
    assert refused.value.code == "unknown_demand"
    demand = await home.demand()
    await home.client.get_workflow_handle(workflow_id(demand)).terminate()
    with pytest.raises(CommandRefused) as refused:
        await home.act(demand, "bureau1", "assign", unit="U20")
    assert refused.value.code == "history_missing"
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0


async def test_an_interrupted_list_is_started_by_whoever_runs_it_again(home: House) -> None:
    rows = [row(f"诉求{n}", n) for n in range(1, 13)]
    both = await asyncio.gather(home.put(*rows), home.put(*rows))
    assert not any(outcome.failed for outcome in both)
    assert both[0].numbers == both[1].numbers
    demands = sorted(both[0].numbers.values())
    assert len(set(demands)) == 12
    await assert_kept(home.client, home.pool, demands, [])
    for demand in demands:
        assert len((await told(home.client, demand)).events) == 1


async def test_a_stale_intent_of_a_start_that_never_was_starts_nothing(home: House) -> None:
    demand = f"{home.prefix}-001"
    await home.pool.execute("INSERT INTO intents (demand, command_id) VALUES ($1, 'first')", demand)
    await sweeper(home).sweep()
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0
    with pytest.raises(RPCError):
        await home.client.get_workflow_handle(workflow_id(demand)).describe()


async def test_the_end_is_a_completed_workflow(home: House) -> None:
    demand = await home.closed()
    await ended(home, demand)
    description = await home.client.get_workflow_handle(workflow_id(demand)).describe()
    assert description.status is WorkflowExecutionStatus.COMPLETED
