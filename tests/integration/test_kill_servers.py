"""PostgreSQL and Temporal killed with SIGKILL while thirty callers act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from starter.errors import SystemUnreachable
from tests.support.crowd import Crowd
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.parts import impatient
from tests.support.processes import WorkerProcess
from tests.support.reckoning import assert_agree, assert_kept
from tests.support.waiting import eventually

pytestmark = pytest.mark.xdist_group("kill servers")


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with killable_engines() as found:
        yield found


@pytest.fixture
async def place(engines: Engines, tmp_path: Path) -> AsyncIterator[Place]:
    async with place_on(engines, tmp_path) as found:
        yield found


async def test_postgresql_killed_and_away_for_ten_seconds(place: Place) -> None:
    await place.worker()
    crowd = Crowd(place.home)
    await crowd.begin()
    await crowd.reached(60)
    await place.engines.postgres.kill()
    await asyncio.sleep(10)  # the fault itself: that long it is away
    await place.engines.postgres.start()
    await crowd.finish()
    await assert_kept(place.home.client, place.home.pool, crowd.demands, crowd.acknowledged)


async def test_temporal_killed_and_started_again(place: Place) -> None:
    await place.worker()
    crowd = Crowd(place.home)
    await crowd.begin()
    for count in (50, 200):
        await crowd.reached(count)
        await place.engines.temporal.kill()
        await place.engines.temporal.start()
    await crowd.finish()
    await assert_kept(place.home.client, place.home.pool, crowd.demands, crowd.acknowledged)


async def test_everything_killed_at_once(place: Place) -> None:
    worker = await place.worker()
    crowd = Crowd(place.home)
    await crowd.begin()
    await crowd.reached(100)
    worker.kill()
    await asyncio.gather(place.engines.postgres.kill(), place.engines.temporal.kill())
    await asyncio.gather(place.engines.postgres.start(), place.engines.temporal.start())
    await place.worker()
    await crowd.finish()
    await assert_kept(place.home.client, place.home.pool, crowd.demands, crowd.acknowledged)


@asynccontextmanager
async def away(engines: Engines, *names: str) -> AsyncIterator[None]:
    """Some of the servers killed; the ledger and Temporal are there again afterwards."""
    servers = [getattr(engines, name) for name in names]
    await asyncio.gather(*(server.kill() for server in servers))
    try:
        yield
    finally:
        await asyncio.gather(*(server.start() for server in servers))


@pytest.mark.parametrize("names", [(), ("postgres",), ("temporal",), ("postgres", "temporal")])
async def test_a_worker_told_to_stop_ends_in_good_order_whoever_is_away(
    place: Place, names: tuple[str, ...]
) -> None:
    worker = await place.worker()
    async with away(place.engines, *names):
        worker.terminate()
        assert await worker.ends() == 0
    assert "Traceback" not in worker.all_text()


@pytest.mark.parametrize("name", ["postgres", "temporal"])
async def test_a_worker_that_still_waits_for_a_server_stops_when_told(
    place: Place, name: str
) -> None:
    async with away(place.engines, name):
        worker = WorkerProcess(
            place.home.settings, place.engines.temporal.address, place.folder / "waiting.log"
        )
        await worker.says("worker.waiting")
        worker.terminate()
        assert await worker.ends() == 0


@pytest.mark.parametrize("name", ["postgres", "temporal"])
async def test_a_worker_told_to_stop_ends_although_a_server_does_not_answer(
    place: Place, name: str
) -> None:
    worker = await place.worker()
    with getattr(place.engines, name).frozen():
        worker.terminate()
        assert await worker.ends() == 0


async def test_a_ledger_that_does_not_answer_is_not_waited_for_longer_than_patience(
    place: Place,
) -> None:
    """Cancelling a query asks the server as well: that must not be waited for either."""
    await place.worker()
    demand = await place.home.planned()
    caller = impatient(place.home, 1.0)
    report = ("s04", "report_progress", {"text": "已踏勘"})
    with place.engines.postgres.frozen():
        calling = asyncio.create_task(caller.act(demand, *report))
        done, _ = await asyncio.wait({calling}, timeout=20)  # far above 1, far below 60
        assert done
        with pytest.raises(SystemUnreachable) as unreachable:
            calling.result()
        assert unreachable.value.facts["part"] == "postgresql"
    assert (await place.home.act(demand, *report[:2], **report[2])).recorded
    history = await assert_agree(place.home.client, place.home.pool, demand)
    assert len(history.events) == 5


async def test_no_worker_and_a_restart_of_temporal_leave_no_command_half_done(
    place: Place,
) -> None:
    """A command that waits for a worker lives in the server's memory alone."""
    worker = await place.worker()
    demand = await place.home.planned()
    worker.kill()
    calling = asyncio.create_task(place.home.act(demand, "s04", "report_progress", text="已踏勘"))

    async def intended() -> bool:
        return bool(await place.home.pool.fetchval("SELECT count(*) FROM intents"))

    await eventually(intended, "an intent")
    async with away(place.engines, "temporal"):
        pass
    await place.worker()
    accepted = await calling
    history = await assert_kept(place.home.client, place.home.pool, [demand], [accepted])
    assert len(history[demand].events) == 5
