"""From an event to a message at its channel: the real engines, and servers as the real ones."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from activities.batching import grouped
from activities.hours import held_back
from activities.routing import BookShelf, routing
from domain.rules import Recipient
from domain.values import Urgency
from ledger import outbox as outboxes
from starter.calendars import load_calendar
from tests.support.bots import wecom_bot
from tests.support.delivering import (
    HURRY,
    Outbox,
    delivering,
    leading_to,
    without_digests,
    write_channels,
)
from tests.support.house import House
from tests.support.mail import smtp_server
from tests.support.telling import notice, tell
from tests.support.waiting import eventually

U20, U05 = notice(Recipient.UNIT, "U20"), notice(Recipient.UNIT, "U05")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "channels.toml"


async def test_a_group_is_told_once_and_whoever_has_no_channel_is_the_bureau_s_to_tell(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "squad:S04")])
        async with delivering(empty, file) as outbox:
            demand = await outbox.tell(notice(Recipient.SQUAD, "S04"), U05)
            assert await outbox.settled(demand) == {("*", "group"): "sent"}
            inbox = {row["account"]: row for row in await outbox.rows(demand, "inbox")}
    assert len(bot.received) == 1
    assert demand in bot.received[0]
    assert {a: (r["via"], r["by_hand"], r["status"]) for a, r in inbox.items()} == {
        "s04": ("group", None, "unread"),
        "s04m": ("group", None, "unread"),
        "u05": (None, "no_channel", "unread"),
    }


async def test_who_prefers_the_inbox_alone_gets_nothing_else(empty: House, file: Path) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "unit")], {"account:u20": []})
        async with delivering(empty, file) as outbox:
            demand = await outbox.tell(U20, U05)
            assert await outbox.settled(demand) == {("*", "group"): "sent"}
            inbox = {row["account"]: row for row in await outbox.rows(demand, "inbox")}
    assert (inbox["u20"]["via"], inbox["u20"]["by_hand"]) == (None, None)


async def test_nothing_goes_out_before_its_time(empty: House, file: Path) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "unit")])
        async with delivering(empty, file) as outbox:
            at = datetime.now(UTC) + timedelta(seconds=2)
            later = await outbox.tell(notice(Recipient.UNIT, "U20", not_before=at))
            now = await outbox.tell(U20)
            await outbox.settled(now)
            assert (await outbox.statuses(later)) == {("*", "group"): "queued"}
            assert datetime.now(UTC) < at
            await outbox.settled(later)
            (row,) = await outbox.rows(later, "group")
            assert at <= row["attempted_at"] < at + timedelta(seconds=1.5)
            assert [row["status"] for row in await outbox.rows(later, "inbox")] == ["unread"]


async def test_what_is_due_together_is_one_digest(empty: House, file: Path) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "unit")])
        at = datetime.now(UTC) + timedelta(seconds=2)
        async with delivering(empty, file) as outbox:
            held = notice(Recipient.UNIT, "U20", not_before=at)
            demands = [await outbox.tell(held) for _ in range(5)]
            alone = await outbox.tell(held)
            await eventually(lambda: outbox.statuses(alone), "a message that is held back")
            await empty.pool.execute("UPDATE messages SET digest = false WHERE demand = $1", alone)
            for demand in [*demands, alone]:
                assert await outbox.settled(demand) == {("*", "group"): "sent"}
    assert len(bot.received) == 2
    digest = next(text for text in bot.received if demands[0] in text)
    assert all(demand in digest for demand in demands)
    assert alone not in digest


async def test_a_limit_is_kept_by_queueing_most_urgent_first(
    empty: House, file: Path, owner: asyncpg.Connection
) -> None:
    await without_digests(owner)
    async with wecom_bot(per_minute=0) as bot:
        write_channels(file, [leading_to(bot, "group", "unit", per_minute=3)])
        pace = replace(HURRY, minute=2.0)
        at = datetime.now(UTC) + timedelta(seconds=1.5)
        held = notice(Recipient.UNIT, "U20", not_before=at)
        async with delivering(empty, file, pace) as outbox:
            general = [await outbox.tell(held) for _ in range(5)]
            major = [await outbox.tell(held, urgency=Urgency.MAJOR) for _ in range(2)]
            demands = [*general, *major]
            for demand in demands:
                assert await outbox.settled(demand) == {("*", "group"): "sent"}
            times = await empty.pool.fetch("SELECT started_at FROM batches ORDER BY started_at")
    assert len(bot.received) == 7
    first = "".join(bot.received[:3])
    assert all(demand in first for demand in major), "most urgent first, three at once"
    started = [row["started_at"] for row in times]
    for one, fourth in zip(started, started[3:], strict=False):
        assert fourth - one >= timedelta(seconds=2)


async def test_an_error_code_is_a_failure_tried_again_and_then_another_way(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bad, wecom_bot() as good:
        bad.script.extend([{"errcode": -1, "errmsg": "system busy"}] * 20)
        write_channels(file, [leading_to(bad, "a", "unit:U20"), leading_to(good, "b", "unit")])
        async with delivering(empty, file) as outbox:
            demand = await outbox.tell(U20)
            assert await outbox.settled(demand) == {("*", "a"): "failed", ("*", "b"): "sent"}
            (row,) = await outbox.rows(demand, "a")
            times = await empty.pool.fetch(
                "SELECT started_at, settled_at, outcome FROM batches WHERE channel = 'a'"
                " ORDER BY batch"
            )
    assert (row["attempts"], len(bad.requests), len(good.received)) == (5, 5, 1)
    assert "system busy" in row["last_reason"]
    assert {one["outcome"] for one in times} == {"failed"}
    waits = [
        (two["started_at"] - one["settled_at"]).total_seconds()
        for one, two in itertools.pairwise(times)
    ]
    assert all(wait >= least for wait, least in zip(waits, (0.1, 0.2, 0.4, 0.8), strict=True))


async def test_when_every_way_has_failed_the_bureau_is_to_tell(empty: House, file: Path) -> None:
    async with wecom_bot() as bad:
        bad.script.extend([{"errcode": 93000, "errmsg": "invalid webhook url"}] * 5)
        write_channels(file, [leading_to(bad, "a", "unit"), leading_to(bad, "b", "unit")])
        async with delivering(empty, file) as outbox:
            demand = await outbox.tell(U20)
            assert await outbox.settled(demand) == {("*", "a"): "failed", ("*", "b"): "failed"}
            (inbox,) = await outbox.rows(demand, "inbox")
    assert len(bad.requests) == 2, "what is refused for good is not tried again"
    assert (inbox["by_hand"], inbox["status"]) == ("all_failed", "unread")


async def test_a_server_that_hangs_leaves_it_uncertain_and_holds_nobody_up(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bad, wecom_bot() as good:
        bad.script.extend(["hang"] * 5)
        write_channels(file, [leading_to(bad, "a", "unit:U20"), leading_to(good, "b", "unit")])
        async with delivering(empty, file, replace(HURRY, send_timeout=2)) as outbox:
            hanging = await outbox.tell(U20)
            await eventually(lambda: _true(bad.requests), "the request that hangs")
            other = await outbox.tell(U05)
            assert await outbox.settled(other) == {("*", "b"): "sent"}
            assert await outbox.statuses(hanging) == {("*", "a"): "sending"}
            assert await outbox.settled(hanging) == {("*", "a"): "uncertain"}
            await asyncio.sleep(0.5)
            assert await outbox.statuses(hanging) == {("*", "a"): "uncertain"}
            assert [row["status"] for row in await outbox.rows(hanging, "inbox")] == ["unread"]
    assert len(bad.requests) == 1
    assert len(good.received) == 1


async def _true(found: object) -> bool:
    return bool(found)


async def test_a_channel_that_is_taken_out_of_the_book_gives_way_to_the_next(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "old", "unit", per_minute=1)])
        async with delivering(empty, file) as outbox:
            first = await outbox.tell(U20)
            await outbox.settled(first)
            second = await outbox.tell(U20)
            await eventually(lambda: outbox.statuses(second), "a message that waits for its turn")
            write_channels(file, [leading_to(bot, "new", "unit")])
            assert await outbox.settled(second) == {("*", "old"): "failed", ("*", "new"): "sent"}


async def test_a_file_that_cannot_be_read_loses_nothing(empty: House, file: Path) -> None:
    broken(file)
    async with wecom_bot() as bot, delivering(empty, file) as outbox:
        demand = await outbox.tell(U20)
        await asyncio.sleep(0.5)
        (inbox,) = await outbox.rows(demand)
        assert (inbox["channel"], inbox["routed"]) == ("inbox", False)
        write_channels(file, [leading_to(bot, "group", "unit")])
        assert await outbox.settled(demand) == {("*", "group"): "sent"}


async def test_an_idle_dispatcher_makes_no_history(empty: House, file: Path) -> None:
    write_channels(file, [])
    async with delivering(empty, file) as outbox:
        await eventually(lambda: _looking(outbox.home), "its first look")
        before = (await outbox.dispatcher.describe()).history_length
        demand = await outbox.tell(U20)
        assert await outbox.settled(demand) == {}
        await asyncio.sleep(1)
        assert (await outbox.dispatcher.describe()).history_length == before


def broken(file: Path) -> None:
    file.write_text("[[channel]\n", encoding="utf-8")


async def _looking(home: House) -> bool:
    outbox = home.client.get_workflow_handle(f"dispatcher:{home.settings.task_queue}")
    return bool((await outbox.describe()).raw_description.pending_activities)


async def test_what_is_late_disturbs_nobody_at_night(empty: House, file: Path) -> None:
    """The workflow's time has long passed: an outage, a retry, a full queue."""
    messages = {"hours": ["00:00-00:01"], "any_time_for": ["major"]}
    state = {"policy": {"messages": messages}, "calendar": load_calendar().model_dump(mode="json")}
    async with wecom_bot() as bot:
        write_channels(file, [])
        async with delivering(empty, file) as outbox:
            night = await outbox.tell(U20)
            major = await outbox.tell(U20, urgency=Urgency.MAJOR)
            for demand in (night, major):
                await outbox.settled(demand)
            await empty.pool.execute(
                "UPDATE demands SET state = state || $1::jsonb", json.dumps(state)
            )
            write_channels(file, [leading_to(bot, "group", "unit")])
            await empty.pool.execute("UPDATE messages SET routed = false")
            assert await outbox.settled(major) == {("*", "group"): "sent"}
            held = await eventually(lambda: _held(outbox, night), "a message that is held back")
    assert (held - datetime.now(UTC)) > timedelta(minutes=5)
    assert len(bot.received) == 1


async def _held(outbox: Outbox, demand: str) -> datetime | None:
    rows = await outbox.rows(demand, "group")
    assert all(row["status"] == "queued" for row in rows)
    found: datetime | None = rows[0]["next_try"] if rows else None
    return found


async def test_the_next_run_goes_on_where_the_one_before_was(
    empty: House, file: Path, owner: asyncpg.Connection
) -> None:
    await without_digests(owner)
    async with wecom_bot(per_minute=0) as bot:
        write_channels(file, [leading_to(bot, "group", "unit")])
        async with delivering(empty, file) as outbox:
            first = (await outbox.dispatcher.describe()).run_id
            demands = [await outbox.tell(U20) for _ in range(130)]
            for demand in demands:
                assert await outbox.settled(demand) == {("*", "group"): "sent"}
            assert (await outbox.dispatcher.describe()).run_id != first
    said = "\n".join(bot.received)
    assert {said.count(demand) for demand in demands} == {1}


async def test_what_a_dead_worker_and_a_dead_dispatcher_left_behind_is_uncertain(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "unit", per_minute=1)])
        pace = replace(HURRY, record=0.5)
        demand = await tell(empty.pool, U20)
        shelf = BookShelf(file)
        book = shelf.book()
        assert book is not None
        await outboxes.route(empty.pool, routing(book))
        group = partial(grouped, at_most=1)
        (batch,) = await outboxes.take(empty.pool, {"group": 1}, 60, group, held_back)
        assert await outboxes.start(empty.pool, batch)
        async with delivering(empty, file, pace) as outbox:
            await asyncio.sleep(1)
            assert await outbox.statuses(demand) == {("*", "group"): "sending"}
            assert await outbox.settled(demand) == {("*", "group"): "uncertain"}
    assert bot.requests == []


async def test_e_mail_goes_to_each_address_and_is_the_next_way_of_a_group(
    empty: House, file: Path
) -> None:
    async with wecom_bot() as bot, smtp_server() as server:
        bot.script.append({"errcode": 93000, "errmsg": "invalid webhook url"})
        mail = {
            **{"name": "mail", "kind": "email", "host": "127.0.0.1", "port": server.port},
            **{"security": "none", "sender": "lianban@park.example"},
        }
        write_channels(file, [leading_to(bot, "group", "squad:S04"), mail])
        async with delivering(empty, file) as outbox:
            demand = await outbox.tell(notice(Recipient.SQUAD, "S04"))
            assert await outbox.settled(demand) == {
                ("*", "group"): "failed",
                ("s04", "mail"): "sent",
                ("s04m", "mail"): "sent",
            }
