"""What people see of their messages, and what the bureau does about those that didn't arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.rules import Recipient
from runtime.embedded.info import StackInfo
from tests.support.bots import Bot, wecom_bot
from tests.support.cli import Cli
from tests.support.delivering import Outbox, delivering, leading_to, write_channels
from tests.support.house import House
from tests.support.telling import notice

U20, S04 = notice(Recipient.UNIT, "U20"), notice(Recipient.SQUAD, "S04")
BROKEN = {"errcode": 93000, "errmsg": "invalid webhook url"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "channels.toml"


@pytest.fixture
def cli(
    empty: House,
    file: Path,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    settings = empty.settings.model_copy(update={"channels": file})
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as found:
        yield found


@dataclass(frozen=True)
class Desk:
    """A dispatcher at work, one bot for all units, and none for squads."""

    outbox: Outbox
    bot: Bot


@pytest.fixture
async def desk(empty: House, file: Path) -> AsyncIterator[Desk]:
    async with wecom_bot() as bot:
        write_channels(file, [leading_to(bot, "group", "unit")])
        file.write_text(f'link = "https://park.example"\n{file.read_text()}')  # noqa: ASYNC240
        async with delivering(empty, file) as outbox:
            yield Desk(outbox, bot)


async def listed(cli: Cli, *options: str) -> list[dict[str, Any]]:
    found = await cli.done("message", "list", *options)
    messages: list[dict[str, Any]] = found["messages"]
    return messages


async def test_an_inbox_is_unread_until_it_is_said_to_be_read(cli: Cli, desk: Desk) -> None:
    demand = await desk.outbox.tell(U20)
    for _ in range(2):
        (message,) = (await cli.done("inbox", "--as", "u20"))["messages"]
        assert (message["demand"], message["unread"]) == (demand, True)
    assert f"https://park.example/demands/{demand}" in message["text"]
    shown = await cli("inbox", "--as", "u20", "--read")
    assert demand in shown.out
    assert "未读" in shown.out
    assert (await cli.done("inbox", "--as", "u20"))["messages"][0]["unread"] is False
    assert (await cli.done("inbox", "--as", "u20", "--unread"))["messages"] == []
    assert (await cli.done("inbox", "--as", "u05"))["messages"] == []


async def test_others_messages_are_the_bureau_s_business(cli: Cli, desk: Desk) -> None:
    demand = await desk.outbox.tell(U20)
    await desk.outbox.settled(demand)
    for who in ("u20", "s04", "committee", "auditor1"):
        assert await cli.refused("message", "list", "--as", who) == "messages_not_authorized"
        assert await cli.refused("message", "show", "1", "--as", who) == "messages_not_authorized"
    for who in (["--as", "bureau1"], ["--as", "admin"], []):
        assert [m["demand"] for m in await listed(cli, *who)] == [demand]


async def test_what_failed_is_listed_and_sent_again(cli: Cli, desk: Desk) -> None:
    desk.bot.script.append(BROKEN)
    demand = await desk.outbox.tell(U20)
    await desk.outbox.settled(demand)
    (failed,) = await listed(cli, "--failed")
    assert (failed["channel"], failed["status"], failed["demand"]) == ("group", "failed", demand)
    shown = await cli("message", "list", "--failed")
    assert "93000" in shown.out
    (by_hand,) = await listed(cli, "--to-pass-on")
    assert (by_hand["account"], by_hand["by_hand"]) == ("u20", "all_failed")
    assert "（u20）" in (await cli("message", "list", "--to-pass-on")).out
    assert "（U20）" in (await cli("message", "show", str(failed["id"]))).out
    assert (await cli.done("status"))["messages"]["failed"] == 1

    assert (await cli.done("message", "retry", "--all-failed"))["messages"] == [failed["id"]]
    assert await desk.outbox.settled(demand) == {("*", "group"): "sent"}
    assert await listed(cli, "--failed") == await listed(cli, "--to-pass-on") == []
    again = await cli.refused("message", "retry", str(failed["id"]))
    assert again == "message_settled"
    assert len(desk.bot.received) == 1


async def test_what_fails_again_is_the_bureau_s_again(cli: Cli, desk: Desk) -> None:
    desk.bot.script.extend([BROKEN, BROKEN])
    demand = await desk.outbox.tell(U20)
    await desk.outbox.settled(demand)
    (failed,) = await listed(cli, "--failed")
    await cli.done("message", "retry", str(failed["id"]))
    await desk.outbox.settled(demand)
    (by_hand,) = await listed(cli, "--to-pass-on")
    assert (by_hand["by_hand"], by_hand["tried"]) == ("all_failed", ["group"])


async def test_what_is_uncertain_is_sent_again_only_by_its_number(cli: Cli, desk: Desk) -> None:
    desk.bot.script.append("drop")
    demand = await desk.outbox.tell(U20)
    assert await desk.outbox.settled(demand) == {("*", "group"): "uncertain"}
    (uncertain,) = await listed(cli, "--uncertain")
    assert [m["id"] for m in await listed(cli, "--failed")] == [uncertain["id"]]
    assert (await cli.done("message", "retry", "--all-failed"))["messages"] == []
    retried = await cli("message", "retry", str(uncertain["id"]))
    assert retried.code == 0
    assert "可能收到两遍" in retried.err
    assert await desk.outbox.settled(demand) == {("*", "group"): "sent"}


async def test_a_ready_text_is_copied_and_marked_as_passed_on(cli: Cli, desk: Desk) -> None:
    demand = await desk.outbox.tell(S04)
    await desk.outbox.settled(demand)
    waiting = await listed(cli, "--to-pass-on", "--demand", demand)
    assert {m["account"]: m["by_hand"] for m in waiting} == dict.fromkeys(
        ("s04", "s04m"), "no_channel"
    )
    first = str(waiting[-1]["id"])
    copied = await cli("message", "copy", first)
    assert copied.out.rstrip().endswith(f"https://park.example/demands/{demand}")
    assert "云南裕能" in copied.out
    assert (await cli.done("message", "passed-on", first, "--as", "bureau2"))["messages"]
    assert len(await listed(cli, "--to-pass-on")) == 1
    shown = await cli.done("message", "show", first)
    assert (shown["passed_on_by"], shown["status"]) == ("bureau2", "unread")
    assert await cli.refused("message", "passed-on", first) == "message_settled"


async def test_passing_on_a_failed_message_tells_its_people(cli: Cli, desk: Desk) -> None:
    desk.bot.script.append(BROKEN)
    demand = await desk.outbox.tell(U20)
    await desk.outbox.settled(demand)
    (failed,) = await listed(cli, "--failed")
    settled = (await cli.done("message", "passed-on", str(failed["id"])))["messages"]
    assert len(settled) == 2
    assert await listed(cli, "--failed") == await listed(cli, "--to-pass-on") == []
    assert await desk.outbox.statuses(demand) == {("*", "group"): "passed_on"}


async def test_a_channel_that_came_later_is_used_on_request(
    cli: Cli, desk: Desk, file: Path
) -> None:
    demand = await desk.outbox.tell(S04)
    await desk.outbox.settled(demand)
    write_channels(file, [leading_to(desk.bot, "group", "unit", "squad")])
    first, second = await listed(cli, "--to-pass-on")
    for message in (first, second):
        await cli.done("message", "retry", str(message["id"]))
    assert await desk.outbox.settled(demand) == {("*", "group"): "sent"}
    assert len(desk.bot.received) == 1


async def test_what_is_typed_wrong_is_said_so(cli: Cli) -> None:
    for tokens in (["message", "retry"], ["message", "retry", "1", "--all-failed"], ["inbox"]):
        assert (await cli(*tokens)).code == 2
    assert (await cli("message", "list", "--limit", "0")).code == 2
    for number in ("7", "0", "99999999999999999999"):
        assert await cli.refused("message", "show", number) == "unknown_message"


async def test_a_list_goes_on_where_its_page_ended(cli: Cli, desk: Desk) -> None:
    demands = [await desk.outbox.tell(U20) for _ in range(5)]
    for demand in demands:
        await desk.outbox.settled(demand)
    page = await cli.done("message", "list", "--limit", "3")
    rest = await listed(cli, "--before", str(page["next"]))
    seen = [m["demand"] for m in [*page["messages"], *rest]]
    assert sorted(seen) == demands
