"""What an enterprise does by its link, over HTTP as a browser without JavaScript does it."""

from __future__ import annotations

import asyncio

import pytest

from starter.access.limits import LINK_POSTS
from tests.support.house import THE_ENTERPRISE
from tests.support.pages import Page
from tests.support.web import Site
from tests.web.test_links import entered

HOSTILE = "<script>alert(1)</script>{{7*7}}' OR 1=1 --\u202dgnp"


async def test_an_enterprise_follows_its_demand_and_sees_nothing_internal(site: Site) -> None:
    home = site.home
    demand = await home.demand()
    guest, mine = await entered(site, demand)
    assert "正在安排" in (await site.page(guest, mine)).text
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04", note="内部说明甲")
    await home.act(demand, "u20", "claim", responsible_leader="分管副局长乙", handler="u20")
    await home.act(demand, "u20", "plan", summary="内部方案丙", milestones=[{"title": "现场踏勘"}])
    await home.act(demand, "s04", "report_progress", text="内部进展丁", percent=50)
    await home.act(demand, "leader-ne", "instruct", text="内部批示戊")
    page = await site.page(guest, mine)
    unit = (await home.state(demand)).unit
    assert unit is not None
    assert unit.name in page.text
    assert "现场踏勘" in page.text
    whole = (await guest.get(mine)).text
    for internal in ("内部", "分管副局长乙", "u20", "bureau1", "s04", "leader-ne", "批示"):
        assert internal not in whole.replace("u20@park.example", ""), internal


async def test_an_enterprise_evaluates_and_is_thanked(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    page = await site.page(guest, mine)
    assert "请您评价" in page.text
    assert "已临时供电" in page.text
    form = (await site.page(guest, f"{mine}/evaluate")).form("evaluate")
    assert form.options["score"] == ["5", "4", "3", "2", "1"]
    thanks = await site.follow(guest, await site.send(guest, form, score="5", comment="很快"))
    assert "评价已收到" in thanks.text
    assert "很快" in thanks.text
    assert "谢谢您" in thanks.text
    assert (await site.home.state(demand)).status.value == "closed"


async def test_dissatisfied_it_begins_anew_and_the_unit_does_not_read_why(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/evaluate")).form("evaluate")
    page = await site.follow(guest, await site.send(guest, form, score="1", comment="敷衍了事"))
    assert "重新办理" in page.text
    assert "敷衍了事" in page.text
    unit = await site.client("u20")
    assert "敷衍了事" not in (await unit.get(f"/demands/{demand}")).text


async def test_an_evaluation_needs_a_score_and_keeps_what_was_typed(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/evaluate")).form("evaluate")
    answer = await site.send(guest, form, comment="写了很多")
    assert answer.status_code == 422
    assert "请选择一个分数" in answer.text
    assert "写了很多" in answer.text


async def test_sent_twice_it_counts_once(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/evaluate")).form("evaluate")
    answers = await asyncio.gather(
        *(site.send(guest, form, score="5", seen=None) for _ in range(2))
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len((await site.home.state(demand)).evaluations) == 1


async def test_withdrawing_asks_again_before_it_is_done(site: Site) -> None:
    demand = await site.home.claimed()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/withdraw")).form("withdraw")
    sure = await site.send(guest, form, reason="已自行解决")
    assert sure.status_code == 200
    assert "确定要撤回吗" in sure.text
    assert (await site.home.state(demand)).open
    again = Page(sure.text).form("withdraw")
    page = await site.follow(guest, await site.send(guest, again, button="yes"))
    assert "您已撤回" in page.text
    assert (await site.home.state(demand)).status.value == "withdrawn"


async def test_material_comes_with_the_form_and_its_files(site: Site) -> None:
    demand = await site.home.claimed()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/material")).form("material")
    files = [("files", ("用电申请.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))]
    answer = await site.send(guest, form, text="补充申请表", files=files)
    page = await site.follow(guest, answer)
    assert "补充申请表" in page.text
    assert "用电申请.pdf" in page.text
    empty = (await site.page(guest, f"{mine}/material")).form("material")
    refused = await site.send(guest, empty)
    assert refused.status_code == 422
    assert "请写几句说明" in refused.text


async def test_a_file_of_no_kind_that_is_taken_is_refused_and_the_text_kept(site: Site) -> None:
    demand = await site.home.claimed()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/material")).form("material")
    files = [("files", ("x.pdf", b"MZ\x90\x00"))]
    answer = await site.send(guest, form, text="补充申请表", files=files)
    assert answer.status_code == 422
    assert "补充申请表" in answer.text


async def test_a_stale_form_says_what_happened_meanwhile(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/withdraw")).form("withdraw")
    await site.home.act(demand, THE_ENTERPRISE, "evaluate", score=1, comment="不行")
    answer = await site.send(guest, form, reason="不想办了")
    assert answer.status_code == 409
    assert "不想办了" in answer.text
    assert "重新办理" in answer.text


async def test_what_only_others_did_stops_nobody(site: Site) -> None:
    demand = await site.home.planned()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/withdraw")).form("withdraw")
    await site.home.act(demand, "s04", "report_progress", text="内部进展", percent=50)
    assert (await site.send(guest, form, reason="已自行解决")).status_code == 200


@pytest.mark.parametrize("act", ["assign", "reject", "close", "resolve", "evaluate/x", "%00"])
async def test_a_link_does_nothing_but_what_is_the_enterprise_s(site: Site, act: str) -> None:
    demand = await site.home.demand()
    guest, mine = await entered(site, demand)
    before = await site.count_events()
    answer = await guest.post(f"{mine}/{act}", data={"reason": "x", "unit": "U20", "sure": "yes"})
    assert answer.status_code == 404
    assert await site.count_events() == before


async def test_hostile_texts_are_refused_or_shown_as_they_are(site: Site) -> None:
    demand = await site.home.resolved()
    guest, mine = await entered(site, demand)
    form = (await site.page(guest, f"{mine}/evaluate")).form("evaluate")
    refused = await site.send(guest, form, score="5", comment=HOSTILE)
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    harmless = HOSTILE.replace("\u202d", "")
    page = await site.follow(guest, await site.send(guest, form, score="5", comment=harmless))
    assert harmless in page.text
    assert "<script>alert" not in (await guest.get(mine)).text


async def test_posts_are_limited_by_link(site: Site) -> None:
    demand, other = await site.home.demand(), await site.home.demand("另一件，修路。", number=2)
    guest, mine = await entered(site, demand)
    for _ in range(LINK_POSTS.at_most):
        answer = await guest.post(f"{mine}/withdraw", data={"reason": "看看"})
        assert answer.status_code == 200
    answer = await guest.post(f"{mine}/withdraw", data={"reason": "看看", "sure": "yes"})
    assert answer.status_code == 429
    assert (await site.home.state(demand)).open
    guest, mine = await entered(site, other)
    assert (await guest.post(f"{mine}/withdraw", data={"reason": "看看"})).status_code == 200


async def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    demand = await site.home.demand()
    guest, mine = await entered(site, demand)
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    data = {"reason": "x", "sure": "yes"}
    answer = await guest.post(f"{mine}/withdraw", data=data, headers=foreign)
    assert answer.status_code == 403


async def test_an_open_page_hears_of_a_change(site: Site) -> None:
    demand = await site.home.demand()
    guest, mine = await entered(site, demand)
    async with guest.stream("GET", f"{mine}/live") as stream:
        lines = stream.aiter_lines()
        assert "event: ready" in [await anext(lines), await anext(lines)]
        await site.home.act(demand, "bureau1", "assign", unit="U20")
        async with asyncio.timeout(10):
            async for line in lines:
                if line == "event: changed":
                    break
    fragment = await guest.get(f"{mine}?block=standing", headers={"hx-request": "true"})
    assert "已交给" in fragment.text
    assert "<html" not in fragment.text


async def test_the_bureau_records_what_was_said_by_phone(site: Site) -> None:
    clerk = await site.client("bureau1")
    demand = await site.home.resolved()
    form = (await site.page(clerk, f"/demands/{demand}/acts/evaluate")).form("evaluate")
    without = await site.send(clerk, form, score="4")
    assert without.status_code == 422
    answer = await site.send(clerk, form, score="4", comment="可以", call_note="下午三点王经理来电")
    assert answer.status_code == 303, answer.text
    guest, mine = await entered(site, demand)
    page = await site.page(guest, mine)
    assert "根据通话代您登记" in page.text
    assert "下午三点王经理来电" not in page.text


@pytest.mark.parametrize("kind", ["withdraw", "supply_material"])
async def test_the_bureau_records_the_rest_by_phone_as_well(site: Site, kind: str) -> None:
    clerk = await site.client("bureau1")
    demand = await site.home.claimed()
    form = (await site.page(clerk, f"/demands/{demand}/acts/{kind}")).form(kind)
    given = {"reason": "已自行解决"} if kind == "withdraw" else {"text": "电话补充：需 500 kVA"}
    without = await site.send(clerk, form, **given)
    assert without.status_code == 422
    done = await site.send(clerk, form, **given, call_note="王经理来电")
    assert done.status_code == 303, done.text
