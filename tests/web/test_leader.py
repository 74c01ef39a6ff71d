"""The leaders' page: what is escalated, one tap to instruct, numbers that open their lists."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import PARK_TIME
from domain.values import Chain, Enterprise
from starter.policies import POLICIES, load_policy
from tests.support.pages import Page
from tests.support.timed_lives import EVALUATE, RESOLVE, random_life
from tests.support.waiting import eventually
from tests.support.web import Site
from tests.web.test_figures import GIVEN, planned, put

SVG = "{http://www.w3.org/2000/svg}"
READY = "请责任单位今日内认领并联系企业。"


@pytest.fixture
def hasty(tmp_path: Path) -> Any:
    """Rules by which an assigned demand goes up to the leaders within seconds."""
    written = (POLICIES / "demo.toml").read_text(encoding="utf-8")
    for before, after in (('claim = "15s"', 'claim = "2s"'), ('"10s"', '"1s"'), ('"5s"', '"1s"')):
        assert before in written
        written = written.replace(before, after)
    path = tmp_path / "hasty.toml"
    path.write_text(written, encoding="utf-8")
    return load_policy(path)


async def escalated(site: Site, policy: Any, text: str = "请协调供电部门加快接入。") -> str:
    """A demand that its unit hasn't claimed, and that has gone up."""
    site.home.policy = policy
    demand = await site.home.demand(text)
    await site.home.act(demand, "bureau1", "assign", unit="U20", squad="S04")

    async def up() -> bool:
        found = "SELECT escalated_at IS NOT NULL FROM demands WHERE demand = $1"
        return bool(await site.home.pool.fetchval(found, demand))

    await eventually(up)
    return demand


async def test_one_tap_instructs_and_takes_it_off_the_list(site: Site, hasty: Any) -> None:
    demand = await escalated(site, hasty)
    async with site.as_account("leader-ne") as leader:
        shown = (await leader.get("/leader")).text
        assert "认领时限" in Page(shown).text
        assert "市供电局" in Page(shown).text
        ready, written = [f for f in Page(shown).forms if f.action.endswith("/acts/instruct")]
        assert ready.buttons[0].text == READY
        assert "text" in written.names
        given = ready.filled({}) | {"text": READY}
        seen = await site.home.pool.fetchval("SELECT seq FROM demands WHERE demand = $1", demand)
        if given["seen"] != [str(seen)]:  # the clock was quicker: the page is asked for anew
            ready = Page((await leader.get("/leader")).text).forms[0]
            given = ready.filled({}) | {"text": READY}
        done = await leader.post(ready.action, data=given)
        assert (done.status_code, done.headers["location"]) == (303, "/leader")
        after = (await leader.get("/leader")).text
        assert demand not in after
        assert "没有升级上来的需求" in after
        again = await leader.post(ready.action, data=given)
        assert again.status_code in (303, 409), "a second tap is the same instruction or stale"
    state = await site.home.state(demand)
    assert [one.text for one in state.instructions] == [READY]


async def test_a_stale_instruction_shows_what_changed_and_what_was_typed(
    site: Site, hasty: Any
) -> None:
    demand = await escalated(site, hasty)
    async with site.as_account("committee") as leader:
        old = {"seen": "1", "text": "请本周内拿出方案。", "back": "/leader"}
        answer = await leader.post(f"/demands/{demand}/acts/instruct", data=old)
        assert answer.status_code == 409
        assert "请本周内拿出方案。" in answer.text
    assert (await site.home.state(demand)).instructions == ()


async def test_only_leaders_instruct_and_only_where_they_lead(site: Site, hasty: Any) -> None:
    demand = await escalated(site, hasty)
    other = await site.home.pool.fetchval(
        "SELECT account FROM accounts WHERE role = 'leader' AND belongs_to IN"
        " (SELECT code FROM chains WHERE code <> 'NE') LIMIT 1"
    )
    async with site.as_account(other) as elsewhere:
        assert demand not in (await elsewhere.get("/leader")).text
        answer = await elsewhere.post(f"/demands/{demand}/acts/instruct", data={"text": READY})
        assert answer.status_code == 404
    for account in ("bureau1", "auditor1"):
        async with site.as_account(account) as reader:
            shown = (await reader.get("/leader")).text
            assert demand in shown
            assert "/acts/instruct" not in shown
    for account in ("u20", "s04", "admin"):
        async with site.as_account(account) as stranger:
            for block in ("", "?block=escalations", "?block=chains"):
                assert (await stranger.get(f"/leader{block}")).status_code == 404, account
    assert (await site.home.state(demand)).instructions == ()


async def test_a_live_page_gets_its_parts_alone(site: Site, hasty: Any) -> None:
    demand = await escalated(site, hasty)
    async with site.as_account("committee") as leader:
        part = (await leader.get("/leader?block=escalations")).text
        assert part.strip().startswith('<section id="escalations"')
        assert demand in part
        chains = (await leader.get("/leader?block=chains")).text
        assert chains.strip().startswith('<section id="chains"')
        assert '<svg class="chart"' not in part + chains


async def put_lives(site: Site, count: int = 30) -> None:
    """Demands of two chains in all states, straight into the ledger."""
    began = datetime.now(UTC) - timedelta(days=40)
    for seed in range(count):
        chain = ("NE", "新能源电池材料产业链") if seed % 3 else ("PC", "石化产业链")
        life = random_life(
            seed,
            began + timedelta(days=seed),
            demand=f"L-2026Q4-{seed + 1:03d}",
            list_id="L-2026Q4",
            chain=Chain(code=chain[0], name=chain[1]),
            enterprise=Enterprise(uscc=f"9153018100000{seed:04d}X", name=f"企业{seed}"),
            **GIVEN,
        ).wait(datetime.now(UTC))
        await put(site.home.pool, life)
    before = began.astimezone(PARK_TIME).replace(day=1, hour=10) - timedelta(days=9)
    for number, day in ((901, before), (902, began + timedelta(days=30))):
        closed = planned(number, day).do(day + timedelta(days=2), RESOLVE)
        await put(site.home.pool, closed.do(day + timedelta(days=3), EVALUATE))


async def test_each_number_opens_the_list_that_it_counts(site: Site) -> None:
    await put_lives(site)
    checked = 0
    async with site.as_account("committee") as leader:
        shown = Page((await leader.get("/leader?block=chains")).text)
        for href, said in shown.links:
            if not said.isdecimal() or int(said) == 0:
                continue
            listed = (await leader.get(href)).text
            (total,) = re.findall(r"共 (\d+) 件", listed)[:1]
            assert total == said, href
            checked += 1
    assert checked > 5


async def test_charts_say_in_words_and_tables_what_they_draw(site: Site) -> None:
    await put_lives(site)
    for lang in ("zh", "en"):
        async with site.as_account("committee") as leader:
            leader.cookies.set("lianban_lang", lang)
            html = (await leader.get("/leader")).text
        charts = [
            ET.fromstring(svg) for svg in re.findall(r'<svg class="chart".*?</svg>', html, re.S)
        ]
        assert len(charts) == 4
        ids = [one.get("id") for chart in charts for one in chart.iter() if one.get("id")]
        assert len(ids) == len(set(ids)) == 8
        for chart in charts:
            assert chart.get("role") == "img"
            labels = (chart.get("aria-labelledby") or "").split()
            named = [next(o for o in chart.iter() if o.get("id") == label) for label in labels]
            assert all((one.text or "").strip() for one in named)
        assert "style=" not in html
        assert html.count("<details") >= 4
        assert {"line in", "line out", "mark in", "mark out"} <= {
            one.get("class") for chart in charts for one in chart.iter()
        }


async def test_an_empty_park_has_a_calm_page(site: Site) -> None:
    async with site.as_account("committee") as leader:
        shown = await leader.get("/leader")
        assert shown.status_code == 200
        assert "没有升级上来的需求" in shown.text
