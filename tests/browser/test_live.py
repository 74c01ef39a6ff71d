"""What one person does appears on others' open pages; what was typed meanwhile stays."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import People
from tests.browser.person import WIDTHS, Width
from tests.support.house import House


@pytest.mark.parametrize("width", WIDTHS)
async def test_what_others_do_appears_and_what_is_typed_stays(
    request: pytest.FixtureRequest, home: House, people: People, width: Width
) -> None:
    demand = await home.planned()
    unit = await people("u20", width)
    page = await unit.open(f"/demands/{demand}/acts/report_progress")
    await unit.fill(text="已到现场，正在")
    watcher = await people("bureau1", "desk")
    seen = await watcher.open(f"/demands/{demand}")

    began = time.perf_counter()
    await home.act(demand, "s04", "report_progress", text="变压器已到货", percent=40)
    acted = time.perf_counter()
    await expect(seen.locator("#story")).to_contain_text("变压器已到货")
    shown = time.perf_counter()
    assert "变压器已到货" in await unit.sees_notice("yellow")
    assert await page.locator("[name=text]").input_value() == "已到现场，正在"
    took = f"the act {acted - began:.2f} s, on the open page {shown - acted:.2f} s later"
    request.node.add_report_section("call", "live", took)
    assert shown - acted < 10

    with unit.excusing("409"):
        await unit.submit()
        await unit.sees("您填写期间")
    assert "变压器已到货" in await unit.sees_notice("yellow")
    assert await page.locator("[name=text]").input_value() == "已到现场，正在"
    await unit.fill(text="已到现场，正在安装")
    await unit.submit()
    await page.wait_for_url(f"**/demands/{demand}")
    await expect(seen.locator("#story")).to_contain_text("已到现场，正在安装")
