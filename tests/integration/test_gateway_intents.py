"""An intent precedes every command and outlives it only until the ledger knows what came of it."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from temporalio.client import WorkflowHandle

from ledger.projector import LedgerConflict
from starter.errors import CommandRefused, SystemUnreachable, Unconfirmed
from starter.gateway import Gateway
from tests.support.house import ENTERPRISE, House
from tests.support.parts import (
    impatient,
    no_right,
    put_foreign,
    remove_foreign,
    sweeper,
    working,
)
from tests.support.reckoning import assert_agree, assert_kept, assert_nothing_left, told
from tests.support.waiting import eventually


async def intents(home: House) -> set[tuple[str, str]]:
    rows = await home.pool.fetch("SELECT demand, command_id FROM intents")
    return {(row["demand"], row["command_id"]) for row in rows}


async def open_intent(home: House, demand: str, command_id: str) -> None:
    await home.pool.execute(
        "INSERT INTO intents (demand, command_id) VALUES ($1, $2)", demand, command_id
    )


async def test_the_intent_is_written_before_the_command_is_sent(
    empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(empty):
        demand = await empty.demand()
        seen: list[set[tuple[str, str]]] = []
        sent = WorkflowHandle.execute_update

        async def look(self: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(await intents(empty))
            return await sent(self, *args, **kwargs)

        monkeypatch.setattr(WorkflowHandle, "execute_update", look)
        await empty.gateway.act(demand, "bureau1", "assign", {"unit": "U20"}, "the id")
    assert seen == [{(demand, "the id")}]
    assert await intents(empty) == set()


@pytest.mark.parametrize(
    ("who", "kind", "fields", "code"),
    [
        ("s04", "assign", {"unit": "U20"}, "not_authorized"),
        ("u20", "claim", {"responsible_leader": "x", "handler": "u20"}, "not_authorized"),
        ("bureau1", "assign", {"unit": "no such unit"}, "unknown_unit"),
        ("bureau1", "assign", {}, "invalid_input"),
        ("bureau1", "amend", {"remark": ""}, "nothing_to_amend"),
        ("nobody", "assign", {"unit": "U20"}, "unknown_account"),
    ],
)
async def test_a_refused_command_leaves_no_intent_and_no_trace_in_history(
    home: House, who: str, kind: str, fields: dict[str, Any], code: str
) -> None:
    demand = await home.demand()
    before = await told(home.client, demand)
    with pytest.raises(CommandRefused) as refused:
        await home.gateway.act(demand, who, kind, fields)
    assert refused.value.code == code
    assert await intents(home) == set()
    after = await told(home.client, demand)
    assert after.length == before.length
    assert after.events == before.events


async def test_a_caller_cannot_act_in_the_name_of_another(home: House) -> None:
    demand = await home.demand()
    forged = {"account": "bureau1", "role": "bureau", "post": "需求受理"}
    for fields in ({"by": forged}, {"kind": "reject", "reason": "不属本园区"}):
        with pytest.raises(CommandRefused):
            await home.gateway.act(demand, "s04", "assign", {"unit": "U20", **fields})
    assert (await home.state(demand)).status == "listed"


async def test_what_was_never_accepted_is_never_carried_out_later(home: House) -> None:
    demand = await home.demand()
    await open_intent(home, demand, "never sent")
    await sweeper(home).sweep()
    history = await assert_agree(home.client, home.pool, demand)
    assert set(history.answered) == {history.events[1].command_id}
    assert await intents(home) == set()


async def test_an_intent_stays_while_its_caller_may_still_be_waiting(home: House) -> None:
    demand = await home.demand()
    await open_intent(home, demand, "on its way")
    await sweeper(home, settled_after=3600).sweep()
    assert await intents(home) == {(demand, "on its way")}


async def test_a_command_whose_caller_gave_up_before_a_worker_came_agrees_with_the_ledger(
    empty: House,
) -> None:
    async with working(empty):
        demand = await empty.planned()
    with pytest.raises(Unconfirmed):
        await impatient(empty, 0.5).act(demand, "s04", "report_progress", {"text": "已踏勘"}, "it")
    assert await intents(empty) == {(demand, "it")}
    async with working(empty):
        await sweeper(empty).sweep()
        history = await assert_agree(empty.client, empty.pool, demand)
        assert history.answered["it"] <= 1
        await assert_nothing_left(empty.pool)


async def test_the_sweeper_sends_no_command(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only flushes, and only to demands with an open intent."""
    demand = await home.planned()
    other = await home.demand("另一件事")
    names: list[str] = []
    sent = WorkflowHandle.execute_update

    async def note(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        names.append(f"{self.id} {name}")
        return await sent(self, name, *args, **kwargs)

    monkeypatch.setattr(WorkflowHandle, "execute_update", note)
    await open_intent(home, demand, "stale")
    assert await sweeper(home).sweep() == 1
    assert names == [f"demand:{demand} flush"]
    assert (await told(home.client, other)).runs == 1


async def test_an_intent_of_another_demand_with_the_same_id_is_its_own(home: House) -> None:
    one, other = await home.demand(), await home.demand("另一件事")
    await open_intent(home, one, "same")
    await home.gateway.act(other, "bureau1", "assign", {"unit": "U20"}, "same")
    assert await intents(home) == {(one, "same")}


async def test_refusing_a_reused_id_leaves_the_intent_of_its_first_use(
    home: House, owner: asyncpg.Connection
) -> None:
    """Its events are not in the ledger yet: closed, nobody would bring them there."""
    demand = await home.planned()
    async with no_right(owner):
        accepted = await home.gateway.act(demand, "s04", "report_progress", {"text": "一"}, "id")
        assert not accepted.recorded
        for who, text in (("s04", "二"), ("nobody", "一")):
            with pytest.raises(CommandRefused):
                await home.gateway.act(demand, who, "report_progress", {"text": text}, "id")
        assert await intents(home) == {(demand, "id")}
    await sweeper(home).sweep()
    await assert_kept(home.client, home.pool, [demand], [accepted])


async def test_a_conflict_is_swept_until_it_is_mended_and_then_catches_up(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    await put_foreign(owner, demand, 5)
    accepted = await home.act(demand, "s04", "report_progress", text="已踏勘")
    assert not accepted.recorded
    assert await owner.fetchval("SELECT count(*) FROM alarms") == 1
    sweeping = asyncio.create_task(sweeper(home).run())

    async def met() -> bool:
        return (await told(home.client, demand)).scheduled["record"] > 0

    await eventually(met, "the workflow meets the conflict")
    assert len(await intents(home)) == 1
    await remove_foreign(owner, demand)
    await eventually(lambda: settled(home), "the event arrives")
    sweeping.cancel()
    history = await assert_agree(home.client, home.pool, demand)
    assert history.events[5] == accepted.answer.events[0]


async def settled(home: House) -> bool:
    return not await intents(home)


async def test_a_conflict_at_the_last_word_is_kept_until_it_is_mended(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.resolved()
    await put_foreign(owner, demand, 7)
    await home.act(demand, f"enterprise:{ENTERPRISE.uscc}", "evaluate", score=5)
    looking = sweeper(home)
    await looking.sweep()
    assert len(await intents(home)) == 1
    assert demand in looking.put_off
    await remove_foreign(owner, demand)
    looking.put_off.clear()
    await looking.sweep()
    assert await intents(home) == set()
    await assert_agree(home.client, home.pool, demand)


async def test_a_demand_in_conflict_is_asked_ever_more_seldom(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    await put_foreign(owner, demand, 5)
    await home.act(demand, "s04", "report_progress", text="已踏勘")
    looking = sweeper(home)
    pauses = []
    for _ in range(4):
        await looking.sweep()
        assert await looking.sweep() == 0  # put off: not even asked for
        pauses.append(looking.put_off[demand].pause)
        looking.put_off[demand] = looking.put_off[demand]._replace(until=0.0)
    assert pauses == [0.05, 0.1, 0.2, 0.4]


async def test_one_demand_in_trouble_does_not_keep_the_others_waiting(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled, other = await home.demand(), await home.demand("另一件事")
    flush = Gateway.flush

    async def trouble(self: Gateway, demand: str) -> bool:
        if demand == troubled:
            raise RuntimeError("what nobody foresaw")
        return await flush(self, demand)

    monkeypatch.setattr(Gateway, "flush", trouble)
    for demand in (troubled, other):
        await open_intent(home, demand, "stale")
    sweeping = asyncio.create_task(sweeper(home).run())

    async def swept() -> bool:
        return await intents(home) == {(troubled, "stale")}

    await eventually(swept)
    assert not sweeping.done()
    sweeping.cancel()


async def test_flush_tells_apart_delivered_ended_and_in_conflict(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.planned()
    assert await home.gateway.flush(demand)
    assert not await home.gateway.flush("NONE-001")
    await put_foreign(owner, demand, 5)
    await home.act(demand, "s04", "report_progress", text="已踏勘")
    with pytest.raises(LedgerConflict):
        await home.gateway.flush(demand)


async def test_flush_without_a_worker_says_that_nobody_answers(empty: House) -> None:
    async with working(empty):
        demand = await empty.demand()
    with pytest.raises(SystemUnreachable):
        await impatient(empty, 0.3).flush(demand)


@pytest.mark.parametrize("kind", ["act", "start", "flush"])
async def test_a_cancelled_caller_stops_at_once(empty: House, kind: str) -> None:
    """The SDK turns a cancellation into an error of its own; it must not count as "try again"."""
    async with working(empty):
        demand = await empty.demand()
    calls = {
        "act": lambda: empty.act(demand, "bureau1", "assign", unit="U20"),
        "start": lambda: empty.demand("另一件事"),
        "flush": lambda: empty.gateway.flush(demand),
    }
    calling = asyncio.ensure_future(calls[kind]())
    await asyncio.sleep(0.3)  # until it waits for an answer that nobody will give
    calling.cancel()
    done, _ = await asyncio.wait({calling}, timeout=2)
    assert done
    assert calling.cancelled()


@pytest.mark.parametrize("text", ["\x00", "\ud800", "T\x1b[2J-001"])
async def test_ids_that_no_ledger_can_hold_are_refused_at_once(home: House, text: str) -> None:
    demand = await home.demand()
    with pytest.raises(CommandRefused) as refused:
        await home.act(text, "bureau1", "assign", unit="U20")
    assert refused.value.code == "unknown_demand"
    with pytest.raises(CommandRefused) as refused:
        await home.gateway.act(demand, "bureau1", "assign", {"unit": "U20"}, text)
    assert refused.value.code == "invalid_input"
