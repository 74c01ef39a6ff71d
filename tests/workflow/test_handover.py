"""Continue-as-new at about a thousand history events: nothing is lost, nothing is done again."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause

from domain.actors import operator
from starter.errors import CommandRefused
from starter.gateway import Accepted, Gateway
from tests.support.house import ENTERPRISE, House
from tests.support.parts import impatient, no_right, sweeper
from tests.support.reckoning import assert_agree, assert_kept, assert_nothing_left, runs_of
from tests.support.waiting import eventually
from workflows.contracts import workflow_id

CLERK = operator("handover")
pytestmark = pytest.mark.xdist_group("handover")


async def run_id(home: House, demand: str) -> str:
    description = await home.client.get_workflow_handle(workflow_id(demand)).describe()
    return description.run_id


async def amend(
    home: House, demand: str, remark: str, by: Gateway | None = None, **how: Any
) -> Accepted:
    return await (by or home.gateway).act(demand, CLERK, "amend", {"remark": remark}, **how)


async def until_next_run(home: House, demand: str, callers: int = 8) -> list[Accepted]:
    """Amend, by so many callers at once, until the demand goes on in another run, and a bit on.

    They are of several processes, as it were: a gateway lets its own callers take turns.
    """
    processes = [impatient(home, 60.0) for _ in range(5)]
    first = await run_id(home, demand)
    accepted: list[Accepted] = []
    over = asyncio.Event()

    async def call(caller: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            by = processes[caller % len(processes)]
            accepted.append(await amend(home, demand, f"{caller}-{number}", by))

    async def watch() -> None:
        async def moved() -> bool:
            return await run_id(home, demand) != first

        await eventually(moved, "the next run")
        over.set()

    await asyncio.gather(watch(), *(call(number) for number in range(callers)))
    return accepted


async def test_state_and_answers_go_on_in_the_next_run(home: House) -> None:
    demand = await home.planned()
    accepted = await until_next_run(home, demand)
    before = [one for one in accepted if one.answer.seq < accepted[-1].answer.seq][-20:]
    for one in before:
        again = await amend(home, demand, one.state.remark, command_id=one.command_id)
        assert again.answer.events == one.answer.events
        assert again.recorded
        with pytest.raises(CommandRefused) as refused:
            await amend(home, demand, "something else", command_id=one.command_id)
        assert refused.value.code == "command_id_reused"
    history = (await assert_kept(home.client, home.pool, [demand], accepted))[demand]
    assert history.runs == 2
    lengths = [len(run) for run in await runs_of(home.client, demand)]
    assert 1_000 <= lengths[0] < 1_200
    assert len(history.events) == 4 + len(accepted)
    plan = (await home.state(demand)).plan
    assert plan is not None
    assert [milestone.title for milestone in plan.milestones] == ["现场踏勘", "送电"]


async def test_thirty_callers_across_a_handover_lose_nothing(home: House) -> None:
    demand = await home.planned()
    accepted = await until_next_run(home, demand, callers=30)
    history = (await assert_kept(home.client, home.pool, [demand], accepted))[demand]
    assert len(history.events) == 4 + len(accepted)
    causes = {
        event.workflow_task_failed_event_attributes.cause
        for run in await runs_of(home.client, demand)
        for event in run
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    }
    # A command that comes while a run hands over: the server has the task done again.
    assert causes <= {WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND}


async def test_callers_of_one_gateway_take_turns_so_that_nothing_is_owed(home: House) -> None:
    demand = await home.planned()
    accepted = await asyncio.gather(*(amend(home, demand, f"{n}") for n in range(30)))
    history = (await assert_kept(home.client, home.pool, [demand], accepted))[demand]
    assert history.scheduled == {}


async def test_a_handover_carries_what_the_ledger_lacks(
    home: House, owner: asyncpg.Connection
) -> None:
    """The ledger is away all the time, and a sweeper's flush waits for it in vain."""
    demand = await home.planned()
    sweeping = asyncio.create_task(sweeper(home, settled_after=3600).run())
    async with no_right(owner):
        accepted = await until_next_run(home, demand)
        assert not any(one.recorded for one in accepted)
        assert await home.pool.fetchval("SELECT max(seq) FROM events") == 4
        first = accepted[-1]
        again = await amend(home, demand, first.state.remark, command_id=first.command_id)
        assert again.answer.events == first.answer.events
    await assert_kept(home.client, home.pool, [demand], accepted)
    sweeping.cancel()


async def test_the_longest_texts_do_not_make_a_run_too_big_to_hand_over(
    home: House, owner: asyncpg.Connection
) -> None:
    """Temporal fails a workflow whose payload is above 2 MB."""
    demand = await home.planned()
    longest = "长" * 1900

    async def amend_at_length(number: int) -> Accepted:
        fields = {"remark": f"{number}{longest}", "reason": longest}
        return await home.gateway.act(demand, CLERK, "amend", fields)

    async with no_right(owner):
        accepted = [await amend_at_length(number) for number in range(220)]
        assert len(await runs_of(home.client, demand)) == 1

    async def moved() -> bool:
        return len(await runs_of(home.client, demand)) == 2

    await home.gateway.flush(demand)
    await eventually(moved, "the next run")
    accepted.append(await amend(home, demand, "短"))
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], accepted)


async def test_the_end_answers_a_known_id_and_refuses_it_with_other_content(home: House) -> None:
    demand = await home.resolved()
    who = f"enterprise:{ENTERPRISE.uscc}"
    last = await home.gateway.act(demand, who, "evaluate", {"score": 5}, "last")
    await home.client.get_workflow_handle(workflow_id(demand)).result()
    again = await home.gateway.act(demand, who, "evaluate", {"score": 5}, "last")
    assert again.answer.events == last.answer.events
    for command_id, code in (("last", "command_id_reused"), ("another", "ended")):
        with pytest.raises(CommandRefused) as refused:
            await home.gateway.act(demand, who, "evaluate", {"score": 1}, command_id)
        assert refused.value.code == code
    await assert_kept(home.client, home.pool, [demand], [last, again])


async def test_within_a_run_a_known_id_is_answered_once_and_kept_apart(home: House) -> None:
    demand = await home.demand()
    first = await amend(home, demand, "一", command_id="the id")
    await amend(home, demand, "二")
    answers = await asyncio.gather(
        *(amend(home, demand, "一", command_id="the id") for _ in range(10))
    )
    assert {answer.answer.events for answer in answers} == {first.answer.events}
    with pytest.raises(CommandRefused) as refused:
        await amend(home, demand, "三", command_id="the id")
    assert refused.value.code == "command_id_reused"
    assert (await home.state(demand)).remark == "二"
    assert len((await assert_agree(home.client, home.pool, demand)).events) == 3
    await assert_nothing_left(home.pool)
