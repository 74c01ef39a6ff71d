"""PostgreSQL and Temporal killed with SIGKILL while thirty callers act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.crowd import Crowd
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.reckoning import assert_kept

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
