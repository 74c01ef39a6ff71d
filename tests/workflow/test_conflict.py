"""Where the ledger holds another event: nothing is lost, nothing ends, nothing spins."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from ledger.projector import LedgerConflict
from tests.support.house import ENTERPRISE, House
from tests.support.parts import put_foreign, remove_foreign
from tests.support.reckoning import assert_agree, assert_nothing_left, runs_of, told
from tests.support.waiting import eventually
from workflows.contracts import workflow_id


async def is_running(home: House, demand: str) -> bool:
    description = await home.client.get_workflow_handle(workflow_id(demand)).describe()
    return description.close_time is None


async def quiet(home: House, demand: str) -> int:
    """The length of the history once nothing more is under way in it."""
    lengths: list[int] = []

    async def steady() -> bool:
        lengths.append(len((await runs_of(home.client, demand))[-1]))
        return len(lengths) > 20 and len(set(lengths[-20:])) == 1

    await eventually(steady, "a quiet history")
    return lengths[-1]


@pytest.mark.parametrize("ahead", [1, 2])
async def test_a_demand_in_conflict_goes_on_and_catches_up_by_a_flush_once_mended(
    home: House, owner: asyncpg.Connection, ahead: int
) -> None:
    demand = await home.planned()
    await put_foreign(owner, demand, 4 + ahead)
    texts = [f"第{n}次" for n in range(5)]
    accepted = [await home.act(demand, "s04", "report_progress", text=text) for text in texts]
    assert not accepted[ahead - 1].recorded
    with pytest.raises(LedgerConflict):
        await home.gateway.flush(demand)
    assert await is_running(home, demand)

    await remove_foreign(owner, demand)
    assert await home.gateway.flush(demand)
    history = await assert_agree(home.client, home.pool, demand)
    assert [history.events[n + 5].event.model_dump()["text"] for n in range(5)] == texts
    assert await owner.fetchval("SELECT count(*) FROM alarms") > 0


async def test_a_ledger_that_is_ahead_of_history_covers_nothing_of_it(
    home: House, owner: asyncpg.Connection
) -> None:
    """As after Temporal was restored from a backup: the ledger's seq counts foreign events."""
    demand = await home.planned()
    head = await owner.fetchval("SELECT hash FROM demands WHERE demand = $1", demand)
    await put_foreign(owner, demand, 5, prev=head)
    await owner.execute("UPDATE demands SET contiguous = 5, seq = 5 WHERE demand = $1", demand)
    for number in range(3):
        await home.act(demand, "s04", "report_progress", text=f"第{number}次")
    with pytest.raises(LedgerConflict):
        await home.gateway.flush(demand)

    await remove_foreign(owner, demand)
    await owner.execute("UPDATE demands SET contiguous = 4, seq = 4 WHERE demand = $1", demand)
    assert await home.gateway.flush(demand)
    assert len((await assert_agree(home.client, home.pool, demand)).events) == 7


async def test_a_demand_in_conflict_does_not_spin(home: House, owner: asyncpg.Connection) -> None:
    demand = await home.planned()
    await put_foreign(owner, demand, 5)
    for number in range(3):
        await home.act(demand, "s04", "report_progress", text=f"第{number}次")
    await quiet(home, demand)
    assert (await told(home.client, demand)).scheduled["record"] <= 3


async def test_a_demand_in_conflict_does_not_end_before_it_is_mended(
    home: House, owner: asyncpg.Connection
) -> None:
    demand = await home.resolved()
    await put_foreign(owner, demand, 7)
    enterprise = f"enterprise:{ENTERPRISE.uscc}"
    await home.act(demand, enterprise, "evaluate", score=1)
    await home.act(demand, enterprise, "withdraw", reason="已自行解决")
    await quiet(home, demand)
    assert await is_running(home, demand)

    await remove_foreign(owner, demand)
    assert await home.gateway.flush(demand)
    await home.client.get_workflow_handle(workflow_id(demand)).result()
    await assert_agree(home.client, home.pool, demand)
    assert (await home.state(demand)).status == "withdrawn"


async def test_a_conflict_that_was_mended_is_forgotten_by_the_next_command(
    home: House, owner: asyncpg.Connection
) -> None:
    """Without a flush: a command delivers what is owed, and the demand can end again."""
    demand = await home.planned()
    await put_foreign(owner, demand, 5)
    for number in range(2):
        await home.act(demand, "s04", "report_progress", text=f"第{number}次")
    await quiet(home, demand)
    await remove_foreign(owner, demand)
    await home.act(demand, f"enterprise:{ENTERPRISE.uscc}", "withdraw", reason="已自行解决")
    await home.client.get_workflow_handle(workflow_id(demand)).result()
    await assert_agree(home.client, home.pool, demand)


async def test_a_ledger_that_lost_old_events_does_not_make_a_demand_spin_or_hang(
    home: House, owner: asyncpg.Connection
) -> None:
    """As after PostgreSQL was restored from a backup: what is owed is written, the gap is shown."""
    demand = await home.planned()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("DELETE FROM events WHERE demand = $1 AND seq > 2", demand)
    await owner.execute("UPDATE demands SET contiguous = 2 WHERE demand = $1", demand)
    await owner.execute("RESET session_replication_role")
    await home.act(demand, "s04", "report_progress", text="已踏勘")
    await home.act(demand, f"enterprise:{ENTERPRISE.uscc}", "withdraw", reason="已自行解决")
    await home.client.get_workflow_handle(workflow_id(demand)).result()
    row = await owner.fetchrow("SELECT seq, contiguous FROM demands WHERE demand = $1", demand)
    assert row is not None
    assert tuple(row) == (6, 2)
    assert await home.pool.fetchval("SELECT count(*) FROM alarms") == 0


async def test_many_flushes_at_once_deliver_once_and_all_return(home: House) -> None:
    demand = await home.planned()
    assert all(await asyncio.gather(*(home.gateway.flush(demand) for _ in range(20))))
    history = await assert_agree(home.client, home.pool, demand)
    assert history.scheduled["record"] <= 2
    await assert_nothing_left(home.pool)
