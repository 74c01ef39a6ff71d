"""What an auditor opens is written down before it is shown, and an auditor changes nothing."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from fastapi.routing import APIRoute

from tests.support.web import Site
from web.viewer import signed_in

OPEN_TO_ALL = {
    *("/healthz", "/readyz", "/sign-in", "/activate/{token}", "/language"),
}
"""Routes for people without an account: what they show is of nobody, or of a link's own demand."""
BY_LINK = ("/e/", "/my/", "/ask")


async def looks(site: Site) -> list[tuple[str, str, str | None]]:
    """What is recorded: who, the route, the demand."""
    rows = await site.home.pool.fetch("SELECT account, route, demand FROM looks ORDER BY look")
    return [tuple(row) for row in rows]


async def test_each_page_of_a_demand_is_one_look_and_its_fragments_are_part_of_it(
    site: Site,
) -> None:
    demand = await site.home.demand()
    async with site.as_account("auditor1") as auditor:
        assert demand in (await auditor.get(f"/demands/{demand}")).text
        for block in ("standing", "story", "other_acts", "standing"):
            assert (await auditor.get(f"/demands/{demand}?block={block}")).status_code == 200
        await auditor.get("/account")
    page = ("auditor1", "/demands/{demand}", demand)
    assert await looks(site) == [page]
    async with site.as_account("auditor1") as again:
        assert (await again.get(f"/demands/{demand}?block=story")).status_code == 200
        assert await looks(site) == [page, page], "a fragment without its page is a look as well"
        await again.get(f"/demands/{demand}")
        assert await looks(site) == [page, page, page]


async def test_what_was_not_found_and_heads_are_looks_as_well(site: Site) -> None:
    demand = await site.home.demand()
    async with site.as_account("auditor1") as auditor:
        assert (await auditor.get("/demands/AN-1999Q1-001?q=secret-word")).status_code == 404
        assert (await auditor.head(f"/demands/{demand}")).status_code == 200
        for strange in ("a%00b", "x" * 101):
            assert (await auditor.get(f"/demands/{strange}")).status_code == 404
    found = await looks(site)
    assert [look[2] for look in found] == ["AN-1999Q1-001", demand]
    assert not [look for look in found if "secret" in str(look)]


async def test_others_are_not_recorded(site: Site) -> None:
    demand = await site.home.demand()
    for account in ("bureau1", "committee", "admin"):
        async with site.as_account(account) as reader:
            assert (await reader.get(f"/demands/{demand}")).status_code == 200
    assert await looks(site) == []


async def test_what_cannot_be_recorded_is_not_shown(site: Site, owner: asyncpg.Connection) -> None:
    demand = await site.home.demand()
    await owner.execute("REVOKE INSERT ON looks FROM lianban_app")
    async with site.as_account("auditor1") as auditor:
        answer = await auditor.get(f"/demands/{demand}")
        assert answer.status_code >= 500
        assert "生产用水" not in answer.text
    async with site.as_account("bureau1") as clerk:
        assert "生产用水" in (await clerk.get(f"/demands/{demand}")).text


async def test_a_look_cannot_be_changed_or_removed(site: Site) -> None:
    async with site.as_account("auditor1") as auditor:
        await auditor.get("/looks")
    for change in ("UPDATE looks SET account = 'u20'", "DELETE FROM looks", "TRUNCATE looks"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await site.home.pool.execute(change)
    assert len(await looks(site)) == 1


async def test_an_auditor_s_forms_are_refused_before_anything_happens(site: Site) -> None:
    demand = await site.home.resolved()
    events = await site.count_events()
    async with site.as_account("auditor1") as auditor:
        shown = (await auditor.get(f"/demands/{demand}")).text
        assert "/acts/" not in shown
        for path in (f"/demands/{demand}/acts/supervise", "/accounts/u20/link", "/register"):
            answer = await auditor.post(path, data={"reason": "看看"})
            assert answer.status_code in (403, 404, 405), path
        answer = await auditor.post(f"/demands/{demand}/acts/supervise", data={"reason": "看看"})
        assert answer.status_code == 403
        assert "只能查阅" in answer.text
        assert (await auditor.post("/sign-out")).status_code == 303
    assert await site.count_events() == events


async def test_the_list_of_looks_is_filtered_by_person_demand_and_day(site: Site) -> None:
    first, second = await site.home.demand(), await site.home.demand("另一件：道路坑洼。")
    async with site.as_account("auditor1") as auditor:
        await auditor.get(f"/demands/{first}")
        await auditor.get(f"/demands/{second}")
    async with site.as_account("admin") as admin:
        everything = (await admin.get("/looks")).text
        assert first in everything
        assert second in everything
        assert "审计" in everything
        only = (await admin.get("/looks", params={"demand": first.lower()})).text
        assert (f"/demands/{first}" in only, f"/demands/{second}" in only) == (True, False)
        params = {"account": "auditor1", "day": "2020-01-01"}
        assert f"/demands/{first}" not in (await admin.get("/looks", params=params)).text
        for wrong in ({"day": "soon"}, {"before": "x"}, {"day": "0001-01-01"}):
            assert (await admin.get("/looks", params=wrong)).status_code == 200, wrong
    for stranger in ("bureau1", "u20", "s04", "leader-ne"):
        async with site.as_account(stranger) as other:
            assert (await other.get("/looks")).status_code == 404, stranger


async def test_older_looks_are_a_page_further(site: Site, owner: asyncpg.Connection) -> None:
    await owner.execute(
        "INSERT INTO looks (account, session, route, demand)"
        " SELECT 'auditor1', 1, '/demands/{demand}', 'T-' || n FROM generate_series(1, 150) n"
    )
    async with site.as_account("admin") as admin:
        newest = (await admin.get("/looks?account=auditor1")).text
        assert newest.count("/demands/T-") == 100
        (older,) = [part.split('"')[0] for part in newest.split('href="') if "before=" in part[:60]]
        assert (await admin.get(older.replace("&amp;", "&"))).text.count("/demands/T-") == 50


def test_every_page_asks_who_is_there(site_app: Any) -> None:
    """So that no page can be opened without being recorded where looks are."""
    forgotten = [
        route.path
        for route in routes_of(site_app)
        if route.path not in OPEN_TO_ALL
        and not route.path.startswith(BY_LINK)
        and not _asks(route.dependant)
    ]
    assert forgotten == []


def routes_of(app: Any) -> list[APIRoute]:
    """All routes of ours, however deep they were included."""
    found: list[APIRoute] = []
    for route in app.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if isinstance(route, APIRoute):
            found.append(route)
        elif inner is not None:
            found += routes_of(inner)
    return found


def _asks(dependant: Any) -> bool:
    return dependant.call is signed_in or any(_asks(one) for one in dependant.dependencies)


@pytest.fixture
def site_app() -> Any:
    """The application without anything behind it: its routes alone."""
    from fastapi import FastAPI

    from web import live
    from web.pages import ROUTERS

    app = FastAPI()
    for router in (*ROUTERS, live.router):
        app.include_router(router)
    assert len(routes_of(app)) > 15
    return app
