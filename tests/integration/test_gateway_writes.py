"""Write-through: what was accepted is in the ledger before the answer, or gets there by itself."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from starter.errors import CommandRefused
from starter.gateway import Accepted
from tests.support.house import ENTERPRISE, House
from tests.support.parts import (
    Fault,
    disk_full,
    impatient,
    locked,
    no_right,
    read_only,
    sweeper,
)
from tests.support.reckoning import assert_agree, assert_kept, assert_nothing_left, told
from tests.support.waiting import eventually

FAULTS = [no_right, disk_full, read_only, locked]


async def report(home: House, demand: str, text: str = "已踏勘") -> Accepted:
    """One more event, by a caller who does not wait long."""
    return await impatient(home, 1.0).act(demand, "s04", "report_progress", {"text": text})


async def test_what_was_answered_can_be_read(home: House) -> None:
    demand = await home.planned()
    for number in range(10):
        accepted = await home.act(demand, "s04", "report_progress", text=f"第{number}次")
        assert accepted.recorded
        assert await home.state(demand) == accepted.state
        row = await home.pool.fetchrow(
            "SELECT seq, contiguous FROM demands WHERE demand = $1", demand
        )
        assert row is not None
        assert tuple(row) == (accepted.answer.seq, accepted.answer.seq)


async def test_a_healthy_life_needs_no_activity(home: House) -> None:
    demand = await home.closed()
    history = await assert_agree(home.client, home.pool, demand)
    assert history.scheduled == {}
    assert len(history.answered) == 7
    await assert_nothing_left(home.pool)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_ledger_that_cannot_be_written_makes_the_answer_accepted(
    home: House, owner: asyncpg.Connection, fault: Fault
) -> None:
    demand = await home.planned()
    async with fault(owner):
        accepted = await report(home, demand)
        assert not accepted.recorded
        assert accepted.answer.events[0].event.kind == "progress_reported"
        assert await home.pool.fetchval("SELECT count(*) FROM intents") == 1
    assert await home.pool.fetchval("SELECT count(*) FROM alarms") == 0


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_sweeper_brings_in_what_the_caller_could_not_write(
    home: House, owner: asyncpg.Connection, fault: Fault
) -> None:
    demand = await home.planned()
    async with fault(owner):
        accepted = await report(home, demand)
    await sweeper(home, settled_after=3600).sweep()
    history = (await assert_kept(home.client, home.pool, [demand], [accepted]))[demand]
    if fault is not locked:  # there the caller's own write may still come through
        assert history.scheduled == {"record": 1}


async def test_the_next_command_makes_the_workflow_deliver_what_is_owed(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    async with no_right(owner):
        owed = [await report(home, demand, f"第{n}次") for n in range(3)]
    assert not any(accepted.recorded for accepted in owed)
    last = await report(home, demand)
    await assert_kept(home.client, home.pool, [demand], [*owed, last])


async def test_the_activity_itself_goes_on_until_the_ledger_can_be_written(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    async with no_right(owner):
        owed = [await report(home, demand, f"第{n}次") for n in range(3)]

        async def tried() -> bool:
            return (await told(home.client, demand)).scheduled["record"] > 0

        await eventually(tried, "the workflow's own attempt")
        assert await home.pool.fetchval("SELECT max(seq) FROM events") == 4
    await assert_kept(home.client, home.pool, [demand], owed)


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_last_word_on_a_demand_reaches_the_ledger_although_it_has_ended(
    home: House, owner: asyncpg.Connection, fault: Fault
) -> None:
    demand = await home.resolved()
    async with fault(owner):
        accepted = await impatient(home, 1.0).act(
            demand, f"enterprise:{ENTERPRISE.uscc}", "evaluate", {"score": 5}
        )
        assert not accepted.recorded
        assert (await home.state(demand)).status == "resolved"
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], [accepted])
    assert (await home.state(demand)).status == "closed"


@pytest.mark.parametrize("fault", [no_right, locked])
async def test_the_first_event_reaches_the_ledger_although_its_caller_could_not_write_it(
    home: House, owner: asyncpg.Connection, fault: Fault
) -> None:
    async with fault(owner):
        home.gateway = impatient(home, 1.0)
        demand = await home.demand()
        assert await home.pool.fetchval("SELECT count(*) FROM demands") == 0
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], [])


async def test_an_ended_demand_delivers_all_that_others_could_not_write(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    async with no_right(owner):
        accepted = [
            await report(home, demand),
            await home.act(demand, "u20", "resolve", outcome="explained", text="已说明"),
            await home.act(demand, f"enterprise:{ENTERPRISE.uscc}", "evaluate", score=4),
        ]
        with pytest.raises(CommandRefused) as refused:
            await report(home, demand)
        assert refused.value.code in ("ended", "not_authorized")
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], accepted)


async def test_thirty_callers_at_one_demand_lose_nothing(home: House) -> None:
    demand = await home.planned()
    processes = [impatient(home, 60.0) for _ in range(30)]
    accepted = await asyncio.gather(
        *(
            process.act(demand, "s04", "report_progress", {"text": f"第{n}次"})
            for n, process in enumerate(processes)
        )
    )
    assert all(one.recorded for one in accepted)
    await assert_kept(home.client, home.pool, [demand], accepted)


async def test_thirty_callers_lose_nothing_while_the_ledger_comes_and_goes(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    processes = [impatient(home, 60.0) for _ in range(5)]

    async def calls(number: int) -> list[Accepted]:
        caller = processes[number % 5]
        return [
            await caller.act(demand, "s04", "report_progress", {"text": f"{number}-{n}"})
            for n in range(4)
        ]

    calling = asyncio.gather(*(calls(number) for number in range(30)))
    while not calling.done():
        async with no_right(owner):
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
    accepted = [one for each in await calling for one in each]
    assert not all(one.recorded for one in accepted)
    sweeping = asyncio.create_task(sweeper(home).run())
    await assert_kept(home.client, home.pool, [demand], accepted)
    sweeping.cancel()
