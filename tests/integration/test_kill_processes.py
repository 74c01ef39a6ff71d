"""Our own processes killed with SIGKILL: the worker, a gateway's process, the command line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from tests.support.crowd import Crowd
from tests.support.house import ENTERPRISE
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.parts import locked
from tests.support.processes import PROJECT, Process
from tests.support.reckoning import assert_agree, assert_kept, assert_nothing_left, told
from tests.support.waiting import eventually
from workflows.contracts import workflow_id

pytestmark = pytest.mark.xdist_group("kill processes")

LIST = PROJECT / "samples" / "anning-2026q4-demand-list.xlsx"
OURS = """
    FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'lianban'
     AND wait_event_type = 'Lock'
"""
WAITING = f"SELECT count(*) {OURS}"
RECORDING = f"SELECT count(*) {OURS} AND query LIKE '%record_events%'"
CUT_OFF = f"SELECT pg_terminate_backend(pid) {OURS}"


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with killable_engines() as found:
        yield found


@pytest.fixture
async def place(engines: Engines, tmp_path: Path) -> AsyncIterator[Place]:
    async with place_on(engines, tmp_path) as found:
        yield found


async def test_a_worker_killed_while_thirty_callers_act(place: Place) -> None:
    worker = await place.worker()
    crowd = Crowd(place.home)
    await crowd.begin()
    for count in (50, 130, 250):
        await crowd.reached(count)
        worker.kill()
        worker = await place.worker()
    await crowd.finish()
    await assert_kept(place.home.client, place.home.pool, crowd.demands, crowd.acknowledged)


MOMENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "amid a life": ("s04", "report_progress", {"text": "已踏勘", "percent": 80}),
    "at the last word": (f"enterprise:{ENTERPRISE.uscc}", "evaluate", {"score": 5}),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_gateway_killed_between_acceptance_and_recording(place: Place, moment: str) -> None:
    await place.worker()
    last = moment == "at the last word"
    demand = await (place.home.resolved() if last else place.home.planned())
    events = await place.home.pool.fetchval("SELECT count(*) FROM events")
    who, kind, fields = MOMENTS[moment]
    caller = place.python("-m", "tests.support.caller", demand, who, kind, json.dumps(fields))
    await killed_while_recording(place, caller)
    history = await told(place.home.client, demand)
    assert len(history.events) > events, "it was accepted"
    await assert_nothing_left(place.home.pool)
    await assert_agree(place.home.client, place.home.pool, demand)


async def killed_while_recording(place: Place, process: Process) -> None:
    """Kill it while the ledger keeps its write waiting, and its connection with it."""
    owner, second = await place.owner(), await place.owner()
    try:
        async with locked(owner):
            await eventually(lambda: second.fetchval(RECORDING), "a write that waits")
            process.kill()
            assert await second.fetch(CUT_OFF)
    finally:
        await owner.close()
        await second.close()


async def test_a_list_killed_between_acceptance_and_recording_of_its_first_events(
    place: Place,
) -> None:
    await place.worker()
    await killed_while_recording(place, start_list(place))
    accepted = [demand for demand in await reserved(place) if await exists(place, demand)]
    assert accepted

    async def recorded() -> bool:
        rows = await place.home.pool.fetch("SELECT demand FROM demands ORDER BY demand")
        return [row["demand"] for row in rows] == accepted

    await eventually(recorded, "the first events that were accepted, and no others")
    await finish_list(place)


async def reserved(place: Place) -> list[str]:
    rows = await place.home.pool.fetch("SELECT demand FROM reservations ORDER BY demand")
    return [row["demand"] for row in rows]


async def exists(place: Place, demand: str) -> bool:
    try:
        await place.home.client.get_workflow_handle(workflow_id(demand)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


def start_list(place: Place) -> Process:
    """`lianban list start` on the sample list."""
    command = ["list", "start", str(LIST), "--list-id", place.home.prefix, "--as", "bureau1"]
    return place.python("-c", "from starter.cli import main; main()", *command, "--json")


async def finish_list(place: Place) -> None:
    """Run it to its end, and find every good row of the list once."""
    process = start_list(place)
    assert await process.ends() in (0, 1), process.all_text()  # 1: the sample has bad rows as well
    good = json.loads(process.text())["good"]
    demands = [f"{place.home.prefix}-{n:03d}" for n in range(1, len(good) + 1)]
    rows = await place.home.pool.fetch("SELECT demand FROM demands ORDER BY demand")
    assert [row["demand"] for row in rows] == demands
    histories = await assert_kept(place.home.client, place.home.pool, demands, [])
    for history in histories.values():
        assert [event.event.kind for event in history.events.values()] == ["listed"]
    assert await reserved(place) == demands


async def test_a_list_killed_again_and_again_is_finished_by_running_it_again(place: Place) -> None:
    await place.worker()
    await kill_while_reserving(place)
    for count in (1, 8, 20):
        process = start_list(place)

        async def started(count: int = count) -> bool:
            found = await place.home.pool.fetchval("SELECT count(*) FROM demands")
            return bool(found >= count)

        await eventually(started, f"{count} demands")
        process.kill()
    await finish_list(place)


async def kill_while_reserving(place: Place) -> None:
    owner, second = await place.owner(), await place.owner()
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE reservations IN EXCLUSIVE MODE")
            process = start_list(place)
            await eventually(lambda: second.fetchval(WAITING), "a reservation that waits")
            process.kill()
            await second.fetch(CUT_OFF)
    finally:
        await owner.close()
        await second.close()
    assert await reserved(place) == []
