"""The worker killed again and again while demands go up the ladder: nobody is left out."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.rules import Rules
from starter.policies import POLICIES, load_policy
from tests.support.bots import Bot, wecom_bot
from tests.support.delivering import leading_to, write_channels
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.reckoning import assert_agree, assert_nothing_left
from tests.support.waiting import eventually

pytestmark = pytest.mark.xdist_group("kill escalation")

DEMANDS = 8
LADDER = ["reminded", "became_overdue", "chased", "escalated", "supervised", "criticised"]


def ladder_of_seconds() -> Rules:
    """A claim is due after three seconds, and goes up a rung each second after."""
    fields: dict[str, Any] = load_policy(POLICIES / "demo.toml").model_dump(mode="json")
    fields["clocks"] |= {"claim": "3s", "resolve": "300s"}
    fields["reminders"] = [{"clocks": ["claim"], "before": "1s"}]
    fields["ladder"] = [
        {"clocks": ["claim"], "step": "chase", "to": ["unit", "squad"]},
        {"clocks": ["claim"], "step": "escalate", "after": "1s", "to": ["chain_leader"]},
        {"clocks": ["claim"], "step": "supervise", "after": "2s", "to": ["committee"]},
        {"clocks": ["claim"], "step": "criticise", "after": "3s", "to": ["bureau"]},
    ]
    return Rules.model_validate(fields)


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with killable_engines() as found:
        yield found


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with wecom_bot(per_minute=0) as found:
        yield found


@pytest.fixture
async def place(engines: Engines, bot: Bot, tmp_path: Path) -> AsyncIterator[Place]:
    file = write_channels(tmp_path / "channels.toml", [leading_to(bot, "group", "unit")])
    async with place_on(engines, tmp_path) as found:
        wishes = {"channels": file, "send_timeout": 15.0, "retry_first": 0.2}
        found.home.settings = found.home.settings.model_copy(update=wishes)
        found.home.policy = ladder_of_seconds()
        yield found


async def neglected(place: Place) -> list[str]:
    """Demands that were assigned, and that nobody claims."""
    demands = [
        await place.home.demand(f"第 {number} 件：请协调供电。") for number in range(DEMANDS)
    ]
    for demand in demands:
        await place.home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    return demands


async def kinds_of(place: Place, demand: str) -> list[str]:
    rows = await place.home.pool.fetch(
        "SELECT kind FROM events WHERE demand = $1 ORDER BY seq", demand
    )
    return [row["kind"] for row in rows]


async def test_a_worker_killed_at_each_step_of_an_escalation(place: Place, bot: Bot) -> None:
    worker = await place.worker()
    demands = await neglected(place)
    for _ in range(5):
        await asyncio.sleep(1.3)
        worker.kill()
        worker = await place.worker()

    async def at_the_top() -> bool:
        return all([(await kinds_of(place, demand))[-1:] == LADDER[-1:] for demand in demands])

    await eventually(at_the_top, "the last rung of every demand")
    for demand in demands:
        await assert_agree(place.home.client, place.home.pool, demand)
        climbed = (await kinds_of(place, demand))[2:]
        assert [kind for kind in climbed if kind != "reminded"] == LADDER[1:]
        assert climbed.count("reminded") <= 1  # not where the worker was away until it was late
        await assert_nobody_left_out(place, demand)
    await assert_nothing_left(place.home.pool)
    await assert_sent_at_most_once(place, bot)


async def assert_nobody_left_out(place: Place, demand: str) -> None:
    """Everybody whom an event tells has it in the inbox, once."""
    rows = await place.home.pool.fetch(
        "SELECT seq, body FROM events WHERE demand = $1 ORDER BY seq", demand
    )
    for row in rows:
        wanted: set[str] = set()
        for told in json.loads(row["body"])["event"]["tell"]:
            people = await place.home.pool.fetch(
                "SELECT people_of($1, $2) AS account", told["recipient"], told["code"]
            )
            assert people, told
            wanted |= {person["account"] for person in people}
        inbox = await place.home.pool.fetch(
            "SELECT account FROM messages WHERE demand = $1 AND seq = $2 AND channel = 'inbox'",
            demand,
            row["seq"],
        )
        assert Counter(one["account"] for one in inbox) == Counter(wanted), row["seq"]


async def assert_sent_at_most_once(place: Place, bot: Bot) -> None:
    """What the bot got is what is marked sent, and besides at most what is marked uncertain."""
    unsettled = "SELECT count(*) FROM messages WHERE status IN ('queued', 'sending')"

    async def settled() -> bool:
        return bool(await place.home.pool.fetchval(unsettled) == 0)

    await eventually(settled, "every message settled")
    rows = await place.home.pool.fetch("SELECT status FROM messages WHERE channel = 'group'")
    counts = Counter(row["status"] for row in rows)
    assert set(counts) <= {"sent", "uncertain"}
    assert counts["sent"] <= len(bot.received) <= counts["sent"] + counts["uncertain"]
