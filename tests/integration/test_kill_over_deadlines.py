"""A server or the worker killed before a deadline and back after it: late, once, with the truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.verify import verdicts
from domain import events as e
from domain.events import Event
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.reckoning import assert_kept
from tests.support.waiting import eventually
from tests.support.written import told
from tests.workflow.test_clock import quick

pytestmark = pytest.mark.xdist_group("kill over deadlines")

TIME = timedelta(seconds=4)
"""What a unit has to claim. A second before it is a reminder, at it, one and two seconds after it
are the rungs: all of that passes while somebody is away."""

POLICY = quick(claim="4s")
CLAIM = {"responsible_leader": "分管副局长", "handler": "u20"}
LATE = ["became_overdue", "chased", "escalated", "supervised"]


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with killable_engines() as found:
        yield found


@pytest.fixture
async def place(engines: Engines, tmp_path: Path) -> AsyncIterator[Place]:
    async with place_on(engines, tmp_path) as found:
        found.home.policy = POLICY
        yield found


async def assigned(place: Place, text: str) -> tuple[str, datetime]:
    """A demand that its unit has just got, and when it must claim it."""
    demand = await place.home.demand(text)
    accepted = await place.home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    return demand, accepted.answer.events[-1].event.at + TIME


async def until_all_told(place: Place, demand: str, count: int) -> list[Event]:
    async def look() -> list[Event]:
        events = await told(place.home.pool, demand)
        return events if len(events) >= count else []

    return await eventually(look, f"{count} events")


def assert_late_and_true(events: list[Event], due: datetime, back: datetime) -> None:
    """Each once, not before somebody was back, with the instants at which it should have been."""
    assert [event.kind for event in events] == LATE
    overdue, chased, escalated, supervised = events
    assert isinstance(overdue, e.BecameOverdue)
    assert isinstance(chased, e.Chased)
    assert isinstance(escalated, e.Escalated)
    assert isinstance(supervised, e.Supervised)
    one = timedelta(seconds=1)
    meant = [overdue.planned, chased.planned, escalated.planned, supervised.planned]
    assert meant == [due, due, due + one, due + 2 * one]
    assert {overdue.due, chased.due, escalated.due, supervised.due} == {due}
    assert all(event.at > back for event in events)


async def assert_sound(place: Place, demand: str, count: int) -> None:
    """Nothing more comes, nothing is there twice, and the audit finds nothing."""
    await assert_kept(place.home.client, place.home.pool, [demand], [])
    (verdict,) = await verdicts(place.home.pool, place.home.gateway.histories, [demand])
    assert verdict.ok, verdict.findings
    assert len(await told(place.home.pool, demand)) == count


@asynccontextmanager
async def away(place: Place, who: str, due: datetime) -> AsyncIterator[None]:
    """Killed before the reminder, started again once everything has passed."""
    (worker,) = place.workers
    assert datetime.now(UTC) < due - timedelta(seconds=1.5), "the machine is too slow for the test"
    if who == "worker":
        worker.kill()
    else:
        await getattr(place.engines, who).kill()
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds() + 2.5)  # the fault itself
    yield
    if who == "worker":
        await place.worker()
    else:
        await getattr(place.engines, who).start()


@pytest.mark.parametrize("who", ["temporal", "worker"])
async def test_away_over_a_deadline(place: Place, who: str) -> None:
    """One demand is left to the clock, for the other a command waits when somebody is back."""
    await place.worker()
    neglected, _ = await assigned(place, "请协调供电部门加快接入。")
    claimed, due = await assigned(place, "生产用水压力不足，请协调解决。")
    async with away(place, who, due):
        claiming = asyncio.create_task(place.home.act(claimed, "u20", "claim", **CLAIM))

        async def intended() -> bool:
            return bool(await place.home.pool.fetchval("SELECT count(*) FROM intents"))

        await eventually(intended, "an intent")
        back = datetime.now(UTC)
    accepted = await claiming

    events = await until_all_told(place, neglected, 2 + len(LATE))
    assert_late_and_true(events[2:], events[1].at + TIME, back)
    await assert_sound(place, neglected, 2 + len(LATE))

    assert accepted.answer.seq == 3 + len(LATE)
    events = await until_all_told(place, claimed, 3 + len(LATE))
    assert_late_and_true(events[2:-1], due, back)
    assert events[-1].kind == "claimed"
    await assert_sound(place, claimed, 3 + len(LATE))


async def test_the_ledger_away_over_a_deadline(place: Place) -> None:
    """What the clock did is written when the ledger is back, with the true instants."""
    await place.worker()
    demand, due = await assigned(place, "请协调供电部门加快接入。")
    async with away(place, "postgres", due):
        pass

    events = await until_all_told(place, demand, 3 + len(LATE))
    assert events[2].kind == "reminded"
    assert_late_and_true(events[3:], due, due)
    await assert_sound(place, demand, 3 + len(LATE))
