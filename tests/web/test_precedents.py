"""Precedents: rulings by category; of a demand out of somebody's sight, the ruling alone."""

from __future__ import annotations

import pytest

from tests.support.web import Site

TEXT = "请协调解决厂区外电缆迁改。"


async def ruled(site: Site) -> str:
    """A demand that two units returned, and on which the bureau ruled."""
    home = site.home
    demand = await home.demand(TEXT)
    for unit, account in (("U20", "u20"), ("U05", "u05")):
        await home.act(demand, "bureau1", "assign", unit=unit)
        await home.act(demand, account, "return", reason="不属本单位", legal_basis="三定规定第五条")
    fields = {"unit": "U20", "ruling": "迁改涉及供电设施，由供电局牵头。", "legal_basis": "电力法"}
    await home.act(demand, "bureau1", "adjudicate", **fields)
    return demand


async def test_rulings_are_found_by_category(site: Site) -> None:
    demand = await ruled(site)
    clerk = await site.client("bureau1")
    page = await site.page(clerk, "/precedents")
    assert "由供电局牵头" in page.text
    assert page.link(demand) == f"/demands/{demand}"
    form = page.form("/precedents")
    assert "用电" in form.options["category"]
    answer = await site.send(clerk, form, category="用地")
    assert "由供电局牵头" not in answer.text
    assert "还没有这一类的裁定" in answer.text


async def test_the_form_of_a_ruling_leads_there(site: Site) -> None:
    demand = await site.home.demand(TEXT)
    for unit, account in (("U20", "u20"), ("U05", "u05")):
        await site.home.act(demand, "bureau1", "assign", unit=unit)
        fields = {"reason": "不属本单位", "legal_basis": "三定规定第五条"}
        await site.home.act(demand, account, "return", **fields)
    clerk = await site.client("bureau1")
    page = await site.page(clerk, f"/demands/{demand}/acts/adjudicate")
    assert page.link("以往裁定").startswith("/precedents?category=")


@pytest.mark.parametrize("account", ["u20", "committee", "auditor1"])
async def test_who_may_see_the_demand_sees_it_with_its_ruling(site: Site, account: str) -> None:
    await ruled(site)
    async with site.as_account(account) as reader:
        assert TEXT in (await reader.get("/precedents")).text


async def test_of_a_demand_out_of_sight_only_the_ruling_is_shown(site: Site) -> None:
    demand = await ruled(site)
    async with site.as_account("u09") as other:
        answer = await other.get("/precedents")
        assert answer.status_code == 200
        assert "由供电局牵头" in answer.text
        assert TEXT not in answer.text
        assert demand not in answer.text
    for account in ("s04", "admin"):
        async with site.as_account(account) as nobody:
            assert (await nobody.get("/precedents")).status_code == 404
