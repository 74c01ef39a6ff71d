"""Slips: offered on a demand's page, printed from the page, downloaded in Word."""

from __future__ import annotations

import io

import docx
import pytest

from tests.support.web import Site


def words(content: bytes) -> str:
    """All that a Word file says in its tables and paragraphs."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


async def test_slips_are_printed_and_downloaded(site: Site) -> None:
    demand = await site.home.demand("<b>请协调</b>供电部门加快接入。")
    clerk = await site.client("bureau1")
    assert "纸质单据" not in (await site.page(clerk, f"/demands/{demand}")).text
    assert (await clerk.get(f"/demands/{demand}/slips/assignment")).status_code == 404
    await site.home.act(demand, "bureau1", "assign", unit="U20", squad="S04", note="请本周内办")
    await site.home.act(demand, "bureau1", "supervise", reason="企业再次催问")

    page = await site.page(clerk, f"/demands/{demand}")
    hrefs = [href for href, _ in page.links if "/slips/" in href]
    base = f"/demands/{demand}/slips"
    assert hrefs == [
        *(f"{base}/assignment", f"{base}/assignment/word"),
        *(f"{base}/supervision-1", f"{base}/supervision-1/word"),
    ]
    slip = await clerk.get(f"{base}/assignment")
    assert "data-print" in slip.text
    assert "&lt;b&gt;请协调" in slip.text
    assert "请本周内办" in slip.text
    assert "企业再次催问" in (await site.page(clerk, f"{base}/supervision-1")).text

    answer = await clerk.get(f"{base}/assignment/word")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "请本周内办" in words(answer.content)
    answer = await clerk.get(f"{base}/supervision-1/word")
    assert "企业再次催问" in words(answer.content)
    for name in ("supervision-2", "supervision-0", "supervision", "other", "..%2Fx"):
        assert (await clerk.get(f"{base}/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("account", "status"), [("u20", 200), ("u05", 404), ("s04", 404), ("auditor1", 404)]
)
async def test_slips_are_for_those_who_hand_the_demand_on(
    site: Site, account: str, status: int
) -> None:
    demand = await site.home.claimed()
    async with site.as_account(account) as somebody:
        for name in ("assignment", "assignment/word"):
            answer = await somebody.get(f"/demands/{demand}/slips/{name}")
            assert answer.status_code == status
