"""A demand's life in the browser, as the people live it who have their part in it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.conftest import People
from tests.browser.person import WIDTHS, Person, Width
from tests.support.files import photo
from tests.support.hasty import neglected
from tests.support.house import House
from tests.support.web import PASSWORD

POWER = "云南裕能新能源电池有限公司"


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_demand_lives_from_the_bureau_to_its_enterprise(
    home: House, people: People, width: Width, tmp_path: Path
) -> None:
    clerk = await people("bureau1", width)
    demand = await _registered(clerk, home.prefix)
    await _assigned_as_suggested(clerk, demand)

    unit = await people("u20", width)
    page = await unit.open("/tasks")
    card = page.locator(f'[data-demand="{demand}"]')
    await unit.touch(card.locator("a.task-do"))
    await unit.fill(responsible_leader="分管副局长")
    await unit.submit()
    await unit.sees_notice()
    await unit.act(demand, "plan", summary="两周内完成接入", milestone_title="现场踏勘")

    captain = await people("s04", width)
    await captain.act(demand, "hand", to="s04m")
    member = await people("s04m", width)
    await _reported_with_photo(member, demand, tmp_path)

    await unit.act(demand, "ask_extension", more="3", reason="等待设备到货")
    await clerk.act(demand, "grant_extension")
    entrance = await _link(clerk, demand)
    enterprise = await people("", width, java_script_enabled=False)
    await _material(enterprise, entrance)
    await unit.act(demand, "resolve", outcome="solved", text="已送电")
    await _evaluated(enterprise, entrance)
    assert (await home.state(demand)).status.value == "closed"
    await clerk.open(f"/demands?q={demand}")
    await clerk.sees("已销号", ".desk-status")


async def _registered(clerk: Person, list_id: str) -> str:
    await clerk.open("/register")
    await clerk.fill(enterprise=POWER, category="用电", urgency="urgent", text="请加快送电。")
    await clerk.fill(contact="王女士", phone="13800000000", list=list_id)
    await clerk.touch(clerk.page.locator("main form button.wide"))
    await clerk.page.wait_for_url(re.compile(r"/register/.+"))
    return clerk.page.url.rsplit("/", 1)[1]


async def _assigned_as_suggested(clerk: Person, demand: str) -> None:
    await clerk.touch(clerk.page.locator("main a.button.primary"))
    await expect(clerk.page.locator("[name=unit]")).to_have_value("U20")
    await expect(clerk.page.locator("[name=squad]")).to_have_value("S04")
    await clerk.submit()
    await clerk.page.wait_for_url(f"{clerk.site}/demands/{demand}")
    await clerk.sees_notice()


async def _reported_with_photo(member: Person, demand: str, folder: Path) -> None:
    """The photo comes upright, and without where it was taken."""
    taken = folder / "现场.jpg"
    taken.write_bytes(photo(orientation=6))
    await member.act(demand, "report_progress", text="已到现场", percent="40", files=taken)
    shown = member.page.locator("#story img").first
    await expect(shown).to_be_visible()
    address = await shown.locator("xpath=ancestor::a").get_attribute("href")
    assert address is not None
    kept = await member.page.request.get(address)
    picture = Image.open(io.BytesIO(await kept.body()))
    red, _, blue = picture.convert("RGB").resize((3, 9)).tobytes()[3:6]
    assert picture.size == (480, 640)
    assert red > blue + 60, "upright: red above"
    assert not dict(picture.getexif())
    await member.act(demand, "complete_milestone", milestone="1")


async def _link(clerk: Person, demand: str) -> str:
    page = await clerk.open(f"/demands/{demand}")
    await clerk.touch(page.locator("#links form button"))
    return await page.locator("#link-address").input_value()


async def _material(enterprise: Person, entrance: str) -> None:
    page = await enterprise.open(entrance)
    await enterprise.touch(page.locator('#acts a[href$="/material"]'))
    await page.locator("[name=text]").fill("变压器铭牌见门卫处")
    await enterprise.touch(page.locator("main form button.wide"))
    await enterprise.sees("变压器铭牌见门卫处", "#story")


async def _evaluated(enterprise: Person, entrance: str) -> None:
    page = await enterprise.open(entrance)
    await enterprise.touch(page.locator('#standing a[href$="/evaluate"]'))
    await page.locator("[name=score][value='5']").check()
    await page.locator("[name=comment]").fill("很快")
    await enterprise.touch(page.locator("main form button.wide"))
    await enterprise.sees("很快", "#standing")


async def test_what_an_enterprise_says_by_phone_is_recorded(home: House, people: People) -> None:
    demand = await home.resolved()
    clerk = await people("bureau1", "desk")
    await clerk.act(demand, "evaluate", score="5", call_note="电话回访，表示满意")
    evaluated = (await home.state(demand)).evaluations[-1]
    assert evaluated.score == 5


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_leader_instructs_what_has_gone_up(
    home: House, people: People, width: Width
) -> None:
    demand = await neglected(home)
    leader = await people("leader-ne", width)
    page = await leader.open("/leader")
    item = page.locator(f"form[action='/demands/{demand}/acts/instruct'].ready")
    await leader.touch(item.get_by_role("button").first)
    await leader.sees_notice()
    assert (await home.state(demand)).instructions


@pytest.mark.parametrize("width", WIDTHS)
async def test_an_auditor_reads_and_is_recorded(home: House, people: People, width: Width) -> None:
    demand = await home.closed()
    auditor = await people("auditor1", width)
    page = await auditor.open(f"/demands/{demand}")
    await auditor.sees("请协调供电部门加快接入。")
    await expect(page.locator("form.act-form, .act-list a")).to_have_count(0)
    looks = "SELECT count(*) FROM looks WHERE account = 'auditor1' AND demand = $1"
    assert await home.pool.fetchval(looks, demand) >= 1
    await auditor.open("/looks")
    await auditor.sees(demand)


@pytest.mark.parametrize("width", WIDTHS)
async def test_an_administrator_lets_somebody_in(people: People, width: Width) -> None:
    """With an activation link, which works without scripts, and once."""
    account = {"phone": "s09", "desk": "s09m"}[width]
    admin = await people("admin", width)
    page = await admin.open(f"/accounts/{account}")
    await admin.touch(page.locator(f"form[action='/accounts/{account}/link'] button"))
    await page.wait_for_url(f"{admin.site}/accounts/{account}/link")
    address = re.search(r"http\S+/activate/[\w.~-]+", await _all_text(admin))
    assert address is not None
    newcomer = await people("", width, java_script_enabled=False)
    await newcomer.open(address[0])
    await newcomer.fill(password=PASSWORD, again=PASSWORD)
    await newcomer.touch(newcomer.page.locator("main form button.wide"))
    await newcomer.page.wait_for_url(f"{newcomer.site}/tasks")
    await newcomer.page.context.clear_cookies()
    await newcomer.open(address[0])
    await newcomer.sees("链接")
    await expect(newcomer.page.locator("[name=password]")).to_have_count(0)


async def _all_text(admin: Person) -> str:
    """What stands on the page, in its fields as well."""
    found: str = await admin.page.evaluate(
        "() => document.body.innerText + [...document.querySelectorAll('input,textarea')]"
        ".map(one => ' ' + one.value).join('')"
    )
    return found
