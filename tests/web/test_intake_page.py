"""The public form, its receipts, and what clerks make of what came in."""

from __future__ import annotations

import asyncio
import re

import httpx2
import pytest

from runtime.settings import Settings
from starter import submissions
from starter.access.limits import ASK_BY_ADDRESS, RECEIPT_BY_ADDRESS
from tests.support.house import ENTERPRISE
from tests.support.pages import Page
from tests.support.web import Site

GIVEN = {
    "enterprise": ENTERPRISE.name,
    "text": "三号路夜间没有路灯，员工下夜班不安全。",
    "contact_name": "王经理",
    "contact_phone": "138 0871 0001",
    "consent": "yes",
}


@pytest.fixture
def settings(settings: Settings, list_id: str) -> Settings:
    """A list of the month that is no other test's: they share one Temporal."""
    return settings.model_copy(update={"park": list_id})


async def sent(site: Site, **more: str) -> tuple[httpx2.AsyncClient, httpx2.Response]:
    """Somebody who sent in the form, and the answer."""
    guest = await site.guest()
    form = (await site.page(guest, "/ask")).form("/ask")
    return guest, await site.send(guest, form, **{**GIVEN, **more})


async def only(site: Site) -> str:
    """The page of the only submission."""
    (row,) = await submissions.waiting(site.home.pool, 10)
    return f"/intake/{row['submission']}"


async def test_what_was_sent_becomes_a_demand_and_the_receipt_says_so(site: Site) -> None:
    guest, answer = await sent(site)
    receipt = answer.headers["location"]
    assert re.fullmatch(r"/ask/[2-9A-HJKMNP-Z]{10}", receipt)
    page = await site.follow(guest, answer)
    assert "等待受理" in page.text
    assert receipt.removeprefix("/ask/") in page.text
    clerk = await site.client("bureau1")
    listing = await site.page(clerk, "/intake")
    assert "三号路夜间没有路灯" in listing.text
    form = (await site.page(clerk, await only(site))).form("/take")
    assert form.value("enterprise") == ENTERPRISE.uscc
    assert form.value("contact_phone") == "13808710001"
    taken = await site.send(clerk, form, category="用电", urgency="urgent", remark="现场看过")
    demand = taken.headers["location"].rpartition("/")[2]
    assert "已列入本月清单" in (await site.follow(clerk, taken)).text
    state = await site.home.state(demand)
    assert (state.text, state.remark) == (GIVEN["text"], "现场看过")
    assert (state.enterprise.uscc, state.urgency.value) == (ENTERPRISE.uscc, "urgent")
    assert (state.contact.name, state.contact.phone) == ("王经理", "13808710001")
    assert "已受理" in (await site.page(guest, receipt)).text
    assert demand in (await site.page(clerk, "/intake")).text


async def test_what_is_not_taken_up_says_why(site: Site) -> None:
    guest, answer = await sent(site)
    clerk = await site.client("bureau1")
    form = (await site.page(clerk, await only(site))).form("/decline")
    assert (await site.send(clerk, form, declined="  ")).status_code == 422
    assert (await site.send(clerk, form, declined="请找市政热线 12345")).status_code == 303
    page = await site.page(guest, answer.headers["location"])
    assert "未受理" in page.text
    assert "请找市政热线 12345" in page.text
    assert "王经理" not in page.text
    assert "路灯" not in page.text


async def test_of_two_clerks_at_once_the_second_is_told(site: Site) -> None:
    await sent(site)
    where = await only(site)
    clerks = [await site.client("bureau1"), await site.client("bureau1")]
    forms = [(await site.page(clerk, where)).form("/take") for clerk in clerks]
    answers = await asyncio.gather(
        *(
            site.send(clerk, form, category="用电")
            for clerk, form in zip(clerks, forms, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "别的同事已经处理" in late.text
    demands = await site.home.pool.fetchval("SELECT count(*) FROM demands")
    assert demands == 1
    declined = await clerks[1].post(f"{where}/decline", data={"declined": "晚了"})
    assert declined.status_code == 409


async def test_the_same_form_sent_twice_is_kept_once(site: Site) -> None:
    guest = await site.guest()
    form = (await site.page(guest, "/ask")).form("/ask")
    answers = await asyncio.gather(*(site.send(guest, form, **GIVEN) for _ in range(3)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await submissions.count(site.home.pool) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"enterprise": ""}, "请填写这一项"),
        ({"contact_phone": "没有"}, "不像一个电话号码"),
        ({"text": "x" * 2001}, "太长了"),
        ({"text": "灯"}, "再具体一些"),
        ({"text": "路灯坏了\x07很久了"}, "不能识别的字符"),
        ({"fax_number": "123"}, "隐藏的栏目"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    site: Site, more: dict[str, str], words: str
) -> None:
    _, answer = await sent(site, **more)
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert Page(answer.text).form("/ask").value("contact_name") == "王经理"
    assert await submissions.count(site.home.pool) == 0


async def test_without_consent_nothing_is_kept(site: Site) -> None:
    guest = await site.guest()
    form = (await site.page(guest, "/ask")).form("/ask")
    answer = await site.send(guest, form, **{**GIVEN, "consent": None})
    assert answer.status_code == 422
    assert await submissions.count(site.home.pool) == 0


async def test_hostile_texts_are_shown_as_they_are(site: Site) -> None:
    script = "<script>alert(1)</script>{{7*7}}'; DROP TABLE submissions; --"
    await sent(site, text=script, enterprise=script, contact_name=script[:40])
    clerk = await site.client("bureau1")
    for where in ("/intake", await only(site)):
        whole = (await clerk.get(where)).text
        assert script in Page(whole).text
        assert "<script>alert" not in whole


async def test_sending_and_looking_are_limited_by_address(site: Site) -> None:
    guest = await site.guest()
    for _ in range(ASK_BY_ADDRESS.at_most):
        assert (await guest.post("/ask", data=GIVEN)).status_code == 303
    full = await guest.post("/ask", data=GIVEN)
    assert full.status_code == 429
    assert "路灯" in full.text
    for _ in range(RECEIPT_BY_ADDRESS.at_most):
        assert (await guest.get("/ask/ABCDEFGHJK")).status_code == 404
    assert (await guest.get("/ask/ABCDEFGHJK")).status_code == 429


async def test_a_receipt_is_found_however_it_is_typed(site: Site) -> None:
    guest, answer = await sent(site)
    receipt = answer.headers["location"].removeprefix("/ask/")
    form = (await site.page(guest, "/ask")).form("/ask/find")
    typed = f" {receipt[:5].lower()}-{receipt[5:]} "
    assert (
        "等待受理" in (await site.follow(guest, await site.send(guest, form, receipt=typed))).text
    )
    for nothing in ("", "0000000000", "%00", "A" * 500):
        assert (await guest.get(f"/ask/{nothing or '-'}")).status_code == 404


async def test_an_open_demand_that_says_the_same_is_shown(site: Site) -> None:
    demand = await site.home.demand("三号路夜间没有路灯，员工下夜班很不安全。")
    await sent(site, enterprise="裕能新能源")
    clerk = await site.client("bureau1")
    page = await site.page(clerk, await only(site))
    assert ENTERPRISE.name in page.text
    assert demand in page.text
    assert "相似" in page.text


async def test_an_enterprise_that_nobody_knows_is_named_by_the_clerk(site: Site) -> None:
    await sent(site, enterprise="某某")
    clerk = await site.client("bureau1")
    where = await only(site)
    form = (await site.page(clerk, where)).form("/take")
    wrong = await site.send(clerk, form, category="用电", other="没有这家")
    assert wrong.status_code == 422
    right = await site.send(clerk, form, category="用电", other=ENTERPRISE.uscc)
    assert right.status_code == 303


async def test_intake_is_the_bureau_s_alone(site: Site) -> None:
    await sent(site)
    where = await only(site)
    for account in ("u20", "s04", "leader-ne", "auditor1", "admin"):
        other = await site.client(account)
        for path in ("/intake", where, "/intake/qr.svg", "/intake/poster"):
            assert (await other.get(path)).status_code == 404, (account, path)
        for path in (f"{where}/take", f"{where}/decline"):
            data = {"declined": "不", "category": "用电", "enterprise": ENTERPRISE.uscc}
            assert (await other.post(path, data=data)).status_code in (403, 404), account
    assert await submissions.count(site.home.pool) == 1
    clerk = await site.client("bureau1")
    assert (await clerk.get("/intake/999999999999999999999")).status_code == 404
    poster = await clerk.get("/intake/poster")
    assert f"{site.address}/ask" in poster.text


async def test_whoever_died_while_taking_it_up_keeps_nobody_off_for_long(site: Site) -> None:
    await sent(site)
    where = await only(site)
    hold = "UPDATE submissions SET standing = 'taking', settled_by = 'x', settled_at = now()"
    await site.home.pool.execute(hold)
    clerk = await site.client("bureau1")
    form = (await site.page(clerk, where)).form("/take")
    assert (await site.send(clerk, form, category="用电")).status_code == 409
    await site.home.pool.execute(f"{hold} - INTERVAL '5 minutes'")
    assert (await site.send(clerk, form, category="用电")).status_code == 303
