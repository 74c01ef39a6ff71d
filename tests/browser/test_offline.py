"""A report that is being written when the network goes, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import People
from tests.support.files import photo
from tests.support.house import House
from tests.support.web import Site


async def test_a_half_written_report_survives_a_lost_connection_and_a_reload(
    home: House, site: Site, people: People, tmp_path: Path
) -> None:
    demand = await home.planned()
    before = await site.count_events(demand)
    taken = tmp_path / "现场.jpg"
    taken.write_bytes(photo())
    member = await people("s04m", "phone")
    page = await member.open(f"/demands/{demand}/acts/report_progress")
    with member.excusing("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"):
        await page.context.set_offline(True)
        await member.fill(text="杆塔已立，等待放线", files=taken)
        await member.submit()
        await expect(page.locator("[data-say=offline]")).to_be_visible()
        await expect(page.locator("[name=text]")).to_have_value("杆塔已立，等待放线")
        await page.wait_for_timeout(500)
        await page.context.set_offline(False)
        await page.reload()
    await expect(page.locator("[name=text]")).to_have_value("杆塔已立，等待放线")
    await expect(page.locator(".file-item")).to_have_count(1)
    await expect(page.locator(".file-item[data-state=done]")).to_have_count(1)
    await member.submit()
    await page.wait_for_url(f"{member.site}/demands/{demand}")
    await expect(page.locator("#story img").first).to_be_visible()
    assert await site.count_events(demand) == before + 1
    again = await member.open(f"/demands/{demand}/acts/report_progress")
    await expect(again.locator("[name=text]")).to_have_value("")
