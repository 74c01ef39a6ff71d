"""The worker killed at each step of a message: nobody left out, no answered one sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from domain.rules import Recipient
from tests.support.bots import Bot, wecom_bot
from tests.support.delivering import Outbox, leading_to, without_digests, write_channels
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.telling import notice
from tests.support.waiting import eventually

pytestmark = pytest.mark.xdist_group("kill dispatcher")

U20 = notice(Recipient.UNIT, "U20")
WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'lianban'
       AND wait_event_type = 'Lock'
"""
CUT_OFF = WAITING.replace("count(*)", "pg_terminate_backend(pid)")


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
        yield found
        await Outbox(found.home).dispatcher.terminate("the test is over")


async def killed_while_waiting(place: Place, table: str) -> None:
    """Kill the worker while PostgreSQL keeps its next write to the table waiting."""
    owner, second = await place.owner(), await place.owner()
    try:
        async with owner.transaction():
            await owner.execute(f"LOCK TABLE {table} IN SHARE MODE")
            worker = await place.worker()
            await eventually(lambda: second.fetchval(WAITING), f"a write to {table} that waits")
            worker.kill()
            await second.fetch(CUT_OFF)
    finally:
        await owner.close()
        await second.close()


async def assert_in_the_inbox(outbox: Outbox, demand: str) -> None:
    rows = await outbox.rows(demand, "inbox")
    assert [(row["account"], row["status"]) for row in rows] == [("u20", "unread")]


async def test_killed_before_a_way_is_chosen(place: Place, bot: Bot) -> None:
    outbox = Outbox(place.home)
    demand = await outbox.tell(U20)
    await killed_while_waiting(place, "messages")
    assert await outbox.statuses(demand) == {}
    await place.worker()
    assert await outbox.settled(demand) == {("*", "group"): "sent"}
    assert len(bot.received) == 1
    await assert_in_the_inbox(outbox, demand)


async def test_killed_between_taking_and_sending(place: Place, bot: Bot) -> None:
    """It had not begun, so it is certain that nothing was sent: it is sent, once."""
    outbox = Outbox(place.home)
    worker = await place.worker()
    owner = await place.owner()
    await owner.execute("""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
        CREATE TRIGGER wait BEFORE UPDATE OF started_at ON batches
            FOR EACH ROW EXECUTE FUNCTION wait();
        SELECT pg_advisory_lock(1)""")
    demand = await outbox.tell(U20)
    second = await place.owner()
    await eventually(lambda: second.fetchval(WAITING), "a batch that is about to begin")
    worker.kill()
    await second.fetch(CUT_OFF)
    await owner.execute("SELECT pg_advisory_unlock(1); DROP TRIGGER wait ON batches")
    (row,) = await outbox.rows(demand, "group")
    assert (row["status"], row["batch"] is None, bot.requests) == ("queued", False, [])
    await place.worker()
    assert await outbox.settled(demand) == {("*", "group"): "sent"}
    outcomes = await owner.fetch("SELECT outcome FROM batches ORDER BY batch")
    assert [one["outcome"] for one in outcomes] == ["released", "sent"]
    assert len(bot.requests) == 1
    await assert_in_the_inbox(outbox, demand)
    await owner.close()
    await second.close()


async def test_killed_during_the_sending_when_the_server_has_it(place: Place, bot: Bot) -> None:
    outbox = Outbox(place.home)
    bot.script.append("hang")
    worker = await place.worker()
    demand = await outbox.tell(U20)
    await eventually(lambda: _some(bot.requests), "the request")
    worker.kill()
    await place.worker()
    assert await outbox.settled(demand) == {("*", "group"): "uncertain"}
    assert len(bot.requests) == 1
    await assert_in_the_inbox(outbox, demand)


async def test_killed_after_the_answer_and_before_it_is_recorded(place: Place, bot: Bot) -> None:
    outbox = Outbox(place.home)
    owner, second = await place.owner(), await place.owner()
    await owner.execute("""
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
        CREATE TRIGGER wait BEFORE UPDATE OF settled_at ON batches
            FOR EACH ROW EXECUTE FUNCTION wait();
        SELECT pg_advisory_lock(1)""")
    worker = await place.worker()
    demand = await outbox.tell(U20)
    await eventually(lambda: second.fetchval(WAITING), "an outcome that is about to be recorded")
    assert len(bot.received) == 1
    worker.kill()
    await second.fetch(CUT_OFF)
    await owner.execute("SELECT pg_advisory_unlock(1); DROP TRIGGER wait ON batches")
    await place.worker()
    assert await outbox.settled(demand) == {("*", "group"): "uncertain"}
    assert len(bot.requests) == 1, "it was answered: it is never sent again"
    await assert_in_the_inbox(outbox, demand)
    await owner.close()
    await second.close()


async def test_a_dispatcher_that_was_terminated_while_it_sent_is_started_anew(
    place: Place, bot: Bot
) -> None:
    """What it sent goes on to its end without it, and what came of that is recorded."""
    outbox = Outbox(place.home)
    await place.worker()
    demand = await outbox.tell(U20)
    await outbox.settled(demand)
    bot.script.append("hang")
    hanging = await outbox.tell(U20)
    await eventually(lambda: _some(bot.requests[1:]), "the request that hangs")
    await outbox.dispatcher.terminate("an operator's click")
    again = await outbox.tell(U20)
    await place.worker()
    assert await outbox.settled(again) == {("*", "group"): "sent"}
    assert await outbox.settled(hanging) == {("*", "group"): "uncertain"}
    assert len(bot.requests) == 3


async def test_killed_again_and_again_under_load(place: Place, bot: Bot) -> None:
    """Forty messages, four kills: each is sent once or uncertain, and in the inbox."""
    outbox = Outbox(place.home)
    owner = await place.owner()
    await without_digests(owner)
    await owner.close()
    demands = []
    for _ in range(4):
        worker = await place.worker()
        demands += [await outbox.tell(U20) for _ in range(10)]
        await asyncio.sleep(0.7)
        worker.kill()
    await place.worker()
    statuses = {demand: await outbox.settled(demand) for demand in demands}
    said = "\n".join(bot.received)
    for demand, status in statuses.items():
        assert status in ({("*", "group"): "sent"}, {("*", "group"): "uncertain"})
        if status == {("*", "group"): "sent"}:
            assert said.count(demand) == 1
        assert said.count(demand) <= 1
        await assert_in_the_inbox(outbox, demand)


async def _some(found: object) -> bool:
    return bool(found)


async def test_two_workers_have_one_dispatcher(place: Place, bot: Bot) -> None:
    outbox = Outbox(place.home)
    await place.worker()
    await place.worker()
    demands = [await outbox.tell(U20) for _ in range(5)]
    for demand in demands:
        assert await outbox.settled(demand) == {("*", "group"): "sent"}
    found = [one async for one in place.home.client.list_workflows("WorkflowType = 'Dispatcher'")]
    queue = place.home.settings.task_queue
    assert [one.id for one in found if one.task_queue == queue] == [f"dispatcher:{queue}"]
