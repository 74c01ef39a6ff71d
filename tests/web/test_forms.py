"""A command given by a form of the demand page, as a browser does it."""

from __future__ import annotations

from tests.support.web import Site


async def test_a_clerk_signs_in_and_assigns_a_demand(site: Site) -> None:
    demand = await site.home.demand()
    clerk = await site.client("bureau1")
    assert "生产用水压力不足" in (await site.page(clerk, f"/demands/{demand}")).text
    form = (await site.page(clerk, f"/demands/{demand}/acts/assign")).form("assign")
    answer = await site.send(clerk, form, unit="U20", squad="S04")
    assert "生产用水压力不足" in (await site.follow(clerk, answer)).text
    state = await site.home.state(demand)
    assert state.unit is not None
    assert state.unit.code == "U20"
