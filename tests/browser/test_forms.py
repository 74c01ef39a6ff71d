"""Forms under bad luck and good habits: a stale page, an impatient thumb, no mouse at all."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import People
from tests.browser.person import WIDTHS, Person, Width
from tests.support.house import House
from tests.support.web import PASSWORD, Site

_OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && style.outlineWidth !== "0px" ||
    style.boxShadow !== "none";
}"""


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_stale_form_says_what_changed_and_keeps_what_was_typed(
    home: House, site: Site, people: People, width: Width
) -> None:
    """Without scripts, so that nothing told the person before."""
    demand = await home.planned()
    unit = await people("u20", width, java_script_enabled=False)
    page = await unit.open(f"/demands/{demand}/acts/pause")
    await page.locator("[name=reason]").fill("等企业补材料")
    await page.locator("[name=until]").fill("2026-12-31")
    await home.act(demand, "bureau1", "amend", remark="企业要求加急")
    before = await site.count_events(demand)

    await unit.submit()
    assert "更正" in await unit.sees_notice("yellow")
    await expect(page.locator("[name=reason]")).to_have_value("等企业补材料")
    await expect(page.locator("[name=until]")).to_have_value("2026-12-31")
    assert await site.count_events(demand) == before
    await unit.submit()
    await page.wait_for_url(f"{unit.site}/demands/{demand}")
    paused = (await home.state(demand)).pause
    assert paused is not None
    assert paused.reason == "等企业补材料"


async def test_a_second_tap_is_no_second_event(home: House, site: Site, people: People) -> None:
    demand = await home.planned()
    before = await site.count_events(demand)
    for scripts in (True, False):
        captain = await people("s04", "phone", java_script_enabled=scripts)
        page = await captain.open(f"/demands/{demand}/acts/report_progress")
        await page.locator("[name=text]").fill("已完成电缆敷设")
        button = page.locator("form.act-form button.wide")
        await button.dblclick(no_wait_after=True)
        # Not `wait_for_url`: without scripts the second tap breaks off the first one's navigation.
        await expect(page).to_have_url(f"{captain.site}/demands/{demand}", timeout=15_000)
        await captain.sees_notice()
        before += 1
        assert await site.count_events(demand) == before


async def test_a_task_is_claimed_by_keyboard_alone(home: House, people: People) -> None:
    demand = await home.demand()
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    unit = await people()
    page = await unit.open(f"/sign-in?back=/demands/{demand}")
    keyboard = page.keyboard
    await keyboard.type("u20")  # the first field has the focus
    await keyboard.press("Tab")
    await keyboard.type(PASSWORD)
    await keyboard.press("Enter")
    await page.wait_for_url(f"{unit.site}/demands/{demand}")

    await keyboard.press("Tab")
    await expect(page.locator("a.skip")).to_be_focused()
    await keyboard.press("Enter")
    leader = page.locator("#act [name=responsible_leader]")
    await _tab_to(unit, leader)
    await keyboard.type("分管副局长")
    await _tab_to(unit, page.locator("#act button.wide"))
    await keyboard.press("Enter")
    await unit.sees_notice()
    assert (await home.state(demand)).responsible_leader == "分管副局长"


async def _tab_to(someone: Person, target: Locator) -> None:
    """Tab until it has the focus, which must be there to see all the way."""
    for _ in range(60):
        if await target.evaluate("one => one === document.activeElement"):
            return
        await someone.page.keyboard.press("Tab")
        outlined = await someone.page.evaluate(_OUTLINE)
        assert outlined, "the focus can't be seen"
    raise AssertionError("never reached by Tab")
