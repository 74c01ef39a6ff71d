"""Assigning several demands in one go: the suggestion, what is changed, what is refused."""

from __future__ import annotations

import re

from tests.support.house import House
from tests.support.web import Site


def chosen(html: str, name: str) -> str:
    """What a select is set to."""
    found = re.search(rf'name="{re.escape(name)}".*?</select>', html, re.S)
    assert found is not None, name
    option = re.search(r'value="([^"]*)" selected', found.group())
    return option.group(1) if option else ""


def batch_of(html: str) -> str:
    found = re.search(r'name="batch" value="([^"]+)"', html)
    assert found is not None
    return found.group(1)


async def test_a_whole_list_is_assigned_as_the_routing_suggests_and_twice_is_once(
    site: Site, home: House
) -> None:
    power = await home.demand("请协调供电部门加快接入。", category="用电")
    school = await home.demand("引进人才子女入学，请协调学位。", category="用电")
    async with site.as_account("bureau1") as bureau:
        desk = await bureau.get(f"/demands?list={home.prefix}")
        assert f"/demands/assign?list={home.prefix}" in desk.text
        page = (await bureau.get(f"/demands/assign?list={home.prefix}")).text
        assert chosen(page, f"unit.{power}") == "U20"
        given = {
            "batch": batch_of(page),
            "demand": [power, school],
            f"unit.{power}": "U20",
            f"squad.{power}": "S04",
            f"unit.{school}": "U03",
            f"squad.{school}": "",
        }
        first = await bureau.post("/demands/assign", data=given)
        assert "已交办 2 件，未交办 0 件" in first.text
        events = await site.count_events()
        again = await bureau.post("/demands/assign", data=given)
        assert "已交办 2 件，未交办 0 件" in again.text
        assert await site.count_events() == events
        gone = await bureau.get("/demands/assign", params={"demand": [power]})
        assert "现在不是待交办" in gone.text
    states = [await home.state(demand) for demand in (power, school)]
    assert [state.unit.code if state.unit else None for state in states] == ["U20", "U03"]
    assert [state.squad.code if state.squad else None for state in states] == ["S04", None]


async def test_what_cannot_be_assigned_is_told_row_by_row(site: Site, home: House) -> None:
    good = await home.demand("请协调供电部门加快接入。")
    taken = await home.claimed("已经认领的需求。")
    bare = await home.demand("没有选择单位的需求。")
    async with site.as_account("bureau1") as bureau:
        page = (await bureau.get("/demands/assign?state=listed")).text
        assert f'value="{taken}"' not in page
        given = {
            "batch": batch_of(page),
            "demand": [good, taken, bare, "AN-1999Q1-001"],
            f"unit.{good}": "U20",
            f"unit.{taken}": "U03",
            f"unit.{bare}": "",
            "unit.AN-1999Q1-001": "U20",
        }
        answer = (await bureau.post("/demands/assign", data=given)).text
        nothing = (await bureau.post("/demands/assign", data={"batch": "x"})).text
    assert "已交办 1 件，未交办 3 件" in answer
    assert all(demand in answer for demand in (good, taken, bare, "AN-1999Q1-001"))
    assert "没有选择责任单位" in answer
    assert "没有编号为 AN-1999Q1-001 的需求" in answer
    assert "没有选中任何需求" in nothing
    assert (await home.state(taken)).unit == (await home.state(good)).unit


async def test_a_secretary_unit_assigns_for_its_chain_and_others_do_not(
    site: Site, home: House
) -> None:
    demand = await home.demand("请协调供电部门加快接入。")
    async with site.as_account("u00") as secretary:
        assert "/demands/assign" in (await secretary.get("/demands?state=listed")).text
        page = (await secretary.get("/demands/assign?state=listed")).text
        given = {"batch": batch_of(page), "demand": demand, f"unit.{demand}": "U20"}
        assert "已交办 1 件" in (await secretary.post("/demands/assign", data=given)).text
    events = await site.count_events()
    for account in ("u20", "s04", "leader-ne", "auditor1", "admin"):
        async with site.as_account(account) as other:
            assert (await other.get("/demands/assign")).status_code == 404, account
            refused = (await other.post("/demands/assign", data=given)).status_code
            assert refused in (403, 404), account
    assert await site.count_events() == events
