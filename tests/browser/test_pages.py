"""Every page at both widths, light and dark, in both languages: axe finds nothing to mend."""

from __future__ import annotations

import pytest
import pytest_asyncio

from tests.browser.audit import audit, shape
from tests.browser.conftest import People
from tests.browser.person import Person
from tests.browser.visits import NO_PAGES, VISITS, World, world
from tests.support.house import House
from tests.support.routes import routes_of
from tests.support.web import Site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def going_on(town: House, site: Site) -> World:
    """A house in which something is going on."""
    return await world(town, site)


async def test_every_page_is_visited(site: Site) -> None:
    pages = {path for method, path in routes_of(site.app) if method == "GET"}
    assert pages - VISITS.keys() - NO_PAGES.keys() == set()
    assert (VISITS.keys() | NO_PAGES.keys()) - pages == set()


@pytest.mark.parametrize("route", VISITS)
async def test_a_page_has_nothing_to_mend(route: str, going_on: World, people: People) -> None:
    visitors: dict[str, Person] = {}
    found = []
    for visit in VISITS[route]:
        visitor = visitors.get(visit.account) or await people(visit.account)
        visitors[visit.account] = visitor
        for one in await _look(visitor, visit.path.format_map(going_on.fills)):
            found.append(f"{visit.account} {visit.path}: {one}")
    assert not found, "\n".join(found)


async def _look(visitor: Person, path: str) -> list[str]:
    await visitor.speaks("zh")
    await visitor.open(path)
    found = await audit(visitor.page)
    await visitor.speaks("en")
    await visitor.open(path)
    return found + [f"in English: {one}" for one in await shape(visitor.page)]
