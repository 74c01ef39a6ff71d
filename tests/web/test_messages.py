"""Messages that didn't arrive: read and copied, passed on one by one or together, sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.rules import Recipient
from tests.support.bots import Bot, wecom_bot
from tests.support.delivering import Outbox, delivering, leading_to, write_channels
from tests.support.house import House
from tests.support.pages import Page
from tests.support.telling import notice
from tests.support.web import Site
from tests.support.web import site as site_over

U20, S04 = notice(Recipient.UNIT, "U20"), notice(Recipient.SQUAD, "S04")
BROKEN = {"errcode": 93000, "errmsg": "invalid webhook url"}


@dataclass(frozen=True)
class Desk:
    """The application beside a dispatcher: one bot for all units, and none for squads."""

    site: Site
    outbox: Outbox
    bot: Bot


@pytest.fixture
async def desk(empty: House, tmp_path: Path) -> AsyncIterator[Desk]:
    async with wecom_bot() as bot:
        file = tmp_path / "channels.toml"
        write_channels(file, [leading_to(bot, "group", "unit")])
        async with delivering(empty, file) as outbox, site_over(empty) as site:
            yield Desk(site, outbox, bot)


async def test_what_failed_is_read_and_sent_again(desk: Desk) -> None:
    desk.bot.script.append(BROKEN)
    demand = await desk.outbox.tell(U20)
    await desk.outbox.settled(demand)
    clerk = await desk.site.client("bureau1")
    page = await desk.site.page(clerk, "/messages")
    assert "发送失败 1" in page.text
    assert "93000" in page.text
    assert "消息发送 2" in page.text  # what failed, and to tell whoever it was for by hand
    form = page.form("messages")
    retry = next(b.action for b in form.buttons if b.action and b.action.endswith("/retry"))
    page = await desk.site.follow(clerk, await desk.site.send(clerk, form, button=retry))
    assert "已重新排队" in page.text
    assert await desk.outbox.settled(demand) == {("*", "group"): "sent"}
    answer = await clerk.post(retry)
    assert answer.status_code == 409
    assert "没有需要人工转告的消息" in (await desk.site.page(clerk, "/messages")).text


async def test_several_are_passed_on_together(desk: Desk) -> None:
    first, second = await desk.outbox.tell(S04), await desk.outbox.tell(S04)
    for demand in (first, second):
        await desk.outbox.settled(demand)
    clerk = await desk.site.client("bureau1")
    page = await desk.site.page(clerk, f"/messages?show=by_hand&demand={first.lower()}")
    form = page.form("messages")
    chosen = form.options["message"]
    assert len(chosen) == 2  # the captain and a member
    page = await desk.site.follow(clerk, await desk.site.send(clerk, form, message=chosen))
    assert "已标记为转告" in page.text
    rows = await desk.site.home.pool.fetch(
        "SELECT demand, passed_on_by FROM messages WHERE by_hand IS NOT NULL ORDER BY demand"
    )
    assert {row["demand"]: row["passed_on_by"] for row in rows} == {first: "bureau1", second: None}
    again = await desk.site.send(clerk, form, message=chosen)
    assert "未改动" in (await desk.site.follow(clerk, again)).text


async def test_the_text_stands_in_the_page_to_be_copied(desk: Desk) -> None:
    demand = await desk.outbox.tell(S04)
    await desk.outbox.settled(demand)
    clerk = await desk.site.client("bureau1")
    answer = await clerk.get("/messages?show=by_hand")
    number = Page(answer.text).form("messages").options["message"][0]
    assert f'data-copy="text-{number}"' in answer.text
    one = await clerk.get(f"/messages/{number}")
    assert demand in one.text
    form = Page(one.text).form("message-form")
    sent = await desk.site.send(clerk, form, button=f"/messages/{number}/passed-on")
    assert sent.status_code == 303
    assert "党群服务中心" in (await desk.site.page(clerk, f"/messages/{number}")).text


@pytest.mark.parametrize("account", ["u20", "s04", "leader-ne", "auditor1"])
async def test_others_messages_are_the_bureau_s_alone(desk: Desk, account: str) -> None:
    demand = await desk.outbox.tell(S04)
    await desk.outbox.settled(demand)
    number = await desk.site.home.pool.fetchval("SELECT max(id) FROM messages")
    async with desk.site.as_account(account) as other:
        for url in ("/messages", f"/messages/{number}", "/messages?show=nothing"):
            assert (await other.get(url)).status_code == 404
        for url in ("passed-on", "retry-failed", f"{number}/passed-on", f"{number}/retry"):
            refused = await other.post(f"/messages/{url}", data={"message": str(number)})
            assert refused.status_code == (403 if account == "auditor1" else 404)
    count = "SELECT count(*) FROM messages WHERE passed_on_by IS NOT NULL"
    assert await desk.site.home.pool.fetchval(count) == 0


async def test_what_is_no_message_is_no_page(desk: Desk) -> None:
    clerk = await desk.site.client("bureau1")
    for number in ("0", "-1", "99999999999999999999", "abc"):
        assert (await clerk.get(f"/messages/{number}")).status_code in (404, 422)
    answer = await clerk.get("/messages?show=all&demand=%00x")
    assert answer.status_code < 500
