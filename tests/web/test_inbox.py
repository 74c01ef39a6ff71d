"""The inbox: one's own messages and nobody else's, read one by one or all at once."""

from __future__ import annotations

import re

from tests.support.house import House
from tests.support.web import Site, text_of


def opened(html: str) -> list[str]:
    """The numbers of the messages that can be opened."""
    return re.findall(r'action="/inbox/(\d+)/open"', html)


async def test_messages_are_read_by_opening_them_or_all_at_once(site: Site, home: House) -> None:
    first = await home.demand("请协调供电部门加快接入。")
    second = await home.demand("请协调增加充电桩。")
    async with site.as_account("u20") as unit:
        assert "还没有消息" in (await unit.get("/inbox")).text
        for demand in (first, second):
            await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
        page = (await unit.get("/inbox")).text
        shown = text_of(page)
        assert shown.count("未读") >= 2
        assert "交办" in shown
        assert first in shown
        newest, *_ = opened(page)
        answer = await unit.post(f"/inbox/{newest}/open")
        assert answer.headers["location"] == f"/demands/{second}"
        after = (await unit.get("/inbox")).text
        assert opened(after)[-1] == newest, "what has been read comes after what has not"
        await home.claimed("打开页面以后才来的需求。")
        up_to = re.search(r'name="newest" value="(\d+)"', after)
        assert up_to is not None
        done = await unit.post("/inbox/read", data={"newest": up_to.group(1)})
        assert done.headers["location"] == "/inbox"
        assert "打开页面以后才来的需求" not in after
    unread = await home.pool.fetchval(
        "SELECT count(*) FROM messages WHERE account = 'u20' AND status = 'unread'"
        " AND channel = 'inbox' AND id <= $1",
        int(up_to.group(1)),
    )
    assert unread == 0
    assert await home.pool.fetchval("SELECT count(*) FROM messages WHERE status = 'unread'") > 0


async def test_nobody_opens_or_marks_the_messages_of_others(site: Site, home: House) -> None:
    await home.claimed()
    rows = await home.pool.fetch(
        "SELECT id FROM messages WHERE account = 'u20' AND channel = 'inbox' AND status = 'unread'"
    )
    assert rows
    async with site.as_account("u03") as other:
        for row in rows:
            assert (await other.post(f"/inbox/{row['id']}/open")).status_code == 404
            await other.post(f"/inbox/{row['id']}/read")
        await other.post("/inbox/read", data={"newest": rows[-1]["id"]})
        assert (await other.post("/inbox/0/open")).status_code == 404
        assert (await other.post("/inbox/read", data={"newest": "x"})).status_code == 422
        assert opened((await other.get("/inbox")).text) == []
    still = await home.pool.fetchval(
        "SELECT count(*) FROM messages WHERE account = 'u20' AND channel = 'inbox'"
        " AND status = 'unread'"
    )
    assert still == len(rows)


async def test_a_message_about_what_was_given_away_leads_nowhere(site: Site, home: House) -> None:
    demand = await home.demand("请协调供电部门加快接入。")
    await home.act(demand, "bureau1", "assign", unit="U20")
    await home.act(demand, "bureau1", "reassign", unit="U03", reason="属地变更")
    async with site.as_account("u20") as unit:
        page = (await unit.get("/inbox")).text
    assert opened(page) == []
    assert "已不在您的查看范围" in page
