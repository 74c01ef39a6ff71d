"""Lists: uploaded, checked, mended in place, started in the background, gone on with."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from tests.support.pages import Form, Page
from tests.support.waiting import eventually
from tests.support.web import Site

POWER = "云南裕能新能源电池有限公司"
HEADER = ["企业名称", "需求类别", "紧急程度", "需求内容", "联系电话", "提出日期"]
GOOD = [POWER, "用电", "一般", "请协调供电部门加快接入。", "0871-68690000", "2026-11-20"]
BAD = ["裕能", "用电梯", "急死了", "请协调解决员工宿舍用水。", "0871", "9月31日"]
SAMPLE = Path(__file__).parents[2] / "samples" / "anning-2026q4-demand-list.xlsx"


def workbook(*rows: list[Any]) -> bytes:
    """A demand list with these rows below a header."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "需求清单"
    for row in (HEADER, *rows):
        sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


async def uploaded(
    site: Site, clerk: httpx2.AsyncClient, content: bytes, name: str = "清单.xlsx"
) -> str:
    """The address of the page of an upload."""
    form = (await site.page(clerk, "/lists")).form("upload")
    answer = await site.send(clerk, form, files={"file": (name, content)})
    assert answer.status_code == 303, Page(answer.text).text
    return answer.headers["location"]


def row_form(page: Page, row: int) -> Form:
    """The form of a row."""
    return next(f for f in page.forms if f.action.endswith("/rows") and f.value("row") == str(row))


async def ended(site: Site, clerk: httpx2.AsyncClient, address: str) -> Page:
    """The page, when starting has come to an end."""

    async def look() -> bool:
        answer = await clerk.get(f"{address}/progress")
        return "hx-trigger" not in answer.text

    await eventually(look)
    return await site.page(clerk, f"{address}?show=outcome")


async def test_a_list_is_checked_mended_and_started(site: Site, list_id: str) -> None:
    clerk = await site.client("bureau1")
    other = ["某某公司", *GOOD[1:]]
    address = await uploaded(site, clerk, workbook(GOOD, BAD, other))
    page = await site.page(clerk, address)
    assert "清单.xlsx" in page.text
    form = row_form(page, 3)
    assert form.value("enterprise") == "裕能"
    assert form.value("category") == "用电梯"
    assert form.value("urgency") == "急死了"
    assert form.value("raised_on") == "9月31日"

    half = await site.send(clerk, form, enterprise=POWER, phone="", button="mend")
    assert half.status_code == 422
    form = Page(half.text).form("/rows")
    assert form.value("enterprise") == POWER
    whole = await site.send(
        clerk, form, category="要素保障", urgency="urgent", raised_on="2026-09-30", button="mend"
    )
    page = await site.follow(clerk, whole)
    assert "1 处问题" in page.text  # of the other row, which is as it was
    assert row_form(page, 4).value("enterprise") == "某某公司"

    form = row_form(page, 4)
    answer = await site.send(clerk, form, button="leave_out", reason=" ")
    assert answer.status_code == 409
    answer = await site.send(clerk, form, button="leave_out", reason="不在本园区")
    page = await site.follow(clerk, answer)
    assert "没有需要修改的行" not in page.text  # it shows the good ones
    assert "不在本园区" in (await site.page(clerk, f"{address}?show=out")).text

    answer = await site.send(
        clerk, page.form("start"), list_id=f" {list_id.lower()} ", meeting="四季度"
    )
    assert answer.status_code == 303
    page = await ended(site, clerk, address)
    assert f"{list_id}-001" in page.text
    state = await site.home.state(f"{list_id}-002")
    assert (state.category, state.urgency.value, state.text) == ("要素保障", "urgent", BAD[3])
    assert state.meeting == "四季度"
    locked = await clerk.post(
        f"{address}/rows", data={"sheet": "需求清单", "row": "3", "do": "mend", "text": "别的"}
    )
    assert locked.status_code == 409
    assert "AN" not in (await site.home.state(f"{list_id}-002")).text


async def test_what_was_bad_is_mended_later_and_nothing_starts_twice(
    site: Site, list_id: str
) -> None:
    clerk = await site.client("bureau1")
    address = await uploaded(site, clerk, workbook(GOOD, BAD))
    page = await site.page(clerk, address)
    await site.send(clerk, page.form("start"), list_id=list_id)
    await ended(site, clerk, address)
    before = await site.count_events()
    colleague = await site.client("bureau2")
    form = row_form(await site.page(colleague, address), 3)
    fields = {"category": "要素保障", "urgency": "", "raised_on": "", "phone": ""}
    answer = await site.send(colleague, form, enterprise=POWER, **fields, button="mend")
    page = await site.follow(colleague, answer)
    assert page.form("start").value("list_id") == list_id
    await site.send(colleague, page.form("start"))
    page = await ended(site, colleague, address)
    assert "原已立案" in page.text
    assert await site.count_events() > before
    assert await site.home.pool.fetchval("SELECT count(*) FROM demands") == 2


async def test_a_fragment_changes_one_row_and_the_counts(site: Site) -> None:
    clerk = await site.client("bureau1")
    address = await uploaded(site, clerk, workbook(GOOD, BAD, ["某某", *BAD[1:]]))
    form = row_form(await site.page(clerk, address), 3)
    typed = form.filled(
        {"enterprise": POWER, "category": "要素保障", "urgency": "", "raised_on": ""}
    )
    typed |= {"phone": "", "do": "mend"}
    answer = await clerk.post(f"{address}/rows", data=typed, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "已改好" in answer.text
    assert "hx-swap-oob" in answer.text
    assert "立案 2 行" in answer.text
    typed["category"] = "没有的类别"
    answer = await clerk.post(f"{address}/rows", data=typed, headers={"hx-request": "true"})
    assert Page(answer.text).form("/rows").value("category") == "没有的类别"


async def test_the_list_of_another_meeting_asks_first(site: Site, list_id: str) -> None:
    await site.home.demand()
    clerk = await site.client("bureau1")
    page = await site.page(clerk, await uploaded(site, clerk, workbook(GOOD)))
    answer = await site.send(clerk, page.form("start"), list_id=list_id)
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "已经有 1 件需求" in page.text
    assert (await site.send(clerk, page.form("start"))).status_code == 303
    for field, typed in (("list_id", "不行"), ("list_id", ""), ("meeting", "a\0b")):
        refused = await site.send(clerk, page.form("start"), **{field: typed})
        assert refused.status_code in (409, 422)


async def test_an_interrupted_start_is_gone_on_with(site: Site, list_id: str) -> None:
    clerk = await site.client("bureau1")
    address = await uploaded(site, clerk, SAMPLE.read_bytes(), SAMPLE.name)
    page = await site.page(clerk, address)
    await site.send(clerk, page.form("start"), list_id=list_id)
    await site.app.state.background.stop()  # as when the process ends
    number = int(address.rsplit("/", 1)[1])
    start = "UPDATE upload_starts SET beat_at = now() - interval '1 minute' WHERE upload = $1"
    await site.home.pool.execute(start, number)
    page = await site.page(clerk, address)
    assert "立案中断" in page.text
    both = [site.send(clerk, page.form("go-on")) for _ in range(2)]
    answers = sorted(answer.status_code for answer in await asyncio.gather(*both))
    assert answers == [303, 409]
    await ended(site, clerk, address)
    found = await site.home.pool.fetch("SELECT demand FROM demands WHERE list_id = $1", list_id)
    events = await site.home.pool.fetchval("SELECT count(*) FROM events WHERE kind = 'listed'")
    assert len(found) == events > 10


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.xlsx", b"", "Excel"),
        ("note.xlsx", "甲".encode(), "Excel"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "xlsx"),
        ("broken.xlsx", b"PK\x03\x04" + b"\0" * 100, ""),
        ("../../etc/清单.xlsx", workbook()[:-200], ""),
    ],
)
async def test_what_cannot_be_read_is_explained(
    site: Site, name: str, content: bytes, said: str
) -> None:
    clerk = await site.client("bureau1")
    form = (await site.page(clerk, "/lists")).form("upload")
    answer = await site.send(clerk, form, files={"file": (name, content)})
    assert answer.status_code == 422
    assert said in Page(answer.text).text
    assert await site.home.pool.fetchval("SELECT count(*) FROM uploads") == 0


async def test_rejected_rows_and_the_original_are_downloaded(site: Site) -> None:
    clerk = await site.client("bureau1")
    content = workbook(GOOD, BAD, ["=cmd|' /c calc'!A0", *GOOD[1:]])
    address = await uploaded(site, clerk, content, "<b>清单</b>.xlsx")
    assert "<b>" not in (await clerk.get(address)).text
    answer = await clerk.get(f"{address}/rejects")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["裕能", "'=cmd|' /c calc'!A0"]
    answer = await clerk.get(f"{address}/file")
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("account", ["u20", "s04", "leader-ne", "auditor1", "admin"])
async def test_lists_are_the_bureau_s_alone(site: Site, account: str) -> None:
    clerk = await site.client("bureau1")
    address = await uploaded(site, clerk, workbook(GOOD))
    async with site.as_account(account) as other:
        for url in ("/lists", address, f"{address}/rejects", f"{address}/file"):
            assert (await other.get(url)).status_code == 404
        for url in ("/lists", f"{address}/rows", f"{address}/start", f"{address}/go-on"):
            refused = await other.post(url, data={"list_id": "X"})
            assert refused.status_code == (403 if account == "auditor1" else 404)
    assert (await clerk.get("/lists/999999999999999999999")).status_code in (404, 422)


async def test_whatever_is_typed_is_checked_and_never_a_crash(site: Site) -> None:
    clerk = await site.client("bureau1")
    address = await uploaded(site, clerk, workbook(BAD))
    form = row_form(await site.page(clerk, address), 2)
    for typed in ("=cmd|' /c calc'!A0", "a\0b\x07\u202e", "<script>alert(1)</script>" * 900, "无"):
        answer = await site.send(clerk, form, text=typed, contact=typed, button="mend")
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text
    for place in ({"sheet": "别的", "row": "2"}, {"sheet": "需求清单", "row": "99"}, {"row": "x"}):
        given = {**place, "do": "mend", "text": "甲"}
        assert (await clerk.post(f"{address}/rows", data=given)).status_code == 404
        assert (await clerk.get(f"{address}/rows", params=place)).status_code in (404, 422)
    answer = await site.send(clerk, form, reason="\0", button="leave_out")
    assert answer.status_code == 409
