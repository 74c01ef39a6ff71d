"""One browser and one house for all stories of a pytest worker; people come and go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, StorageState

from ledger.pool import open_pool
from ledger.sql import sql
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from runtime.temporal import connect
from starter.access import passwords
from tests.browser import chromium as browsers
from tests.browser.person import Person, Width, person
from tests.support.engines import TEMPLATE, with_database
from tests.support.house import House, house
from tests.support.web import PASSWORD, Site
from tests.support.web import site as site_over

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()
People = Callable[..., Awaitable[Person]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All stories in one loop and one pytest worker: a browser each would starve the others."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep whether a story failed, for `people`."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; without it the stories are left out, or fail where none may be."""
    if browsers.PATH is None:
        if browsers.NONE_LEFT_OUT:
            pytest.fail(browsers.MISSING, pytrace=False)
        pytest.skip(browsers.MISSING)
    async with browsers.chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(stack: StackInfo, browser: Browser) -> AsyncIterator[House]:
    """A house for all stories: each has demands of its own."""
    name = "stories"
    admin = await asyncpg.connect(stack.postgres)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    settings = Settings(dsn=with_database(stack.postgres, name), task_queue=name, patience=15)
    assert settings.dsn is not None
    pool = await open_pool(settings.dsn, settings.role, settings.pool_size)
    try:
        async with house(await connect(stack.temporal), pool, settings, "T0-0") as built:
            yield built
    finally:
        pool.terminate()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(town: House) -> AsyncIterator[Site]:
    """The application over the house, in which everybody has a password."""
    kept = await passwords.hashed(PASSWORD)
    accounts = await town.pool.fetch(sql("accounts_in_force"))
    await town.pool.executemany(sql("credential_set"), [(row["account"], kept) for row in accounts])
    async with site_over(town) as running:
        yield running


@pytest.fixture
def home(town: House, list_id: str) -> House:
    """The house, with a list of this story's own."""
    return replace(town, prefix=list_id)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """The cookies of everybody who has signed in."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def people(
    request: pytest.FixtureRequest,
    browser: Browser,
    site: Site,
    signed_in: dict[str, StorageState],
    tmp_path: Path,
) -> AsyncIterator[People]:
    """`await people("u20", "phone")`: somebody who has signed in by the form.

    Without a name somebody who hasn't. At the test's end nobody's browser may have complained.
    """
    there: list[Person] = []

    async def come(account: str = "", width: Width = "desk", **context: Any) -> Person:
        if account and account not in signed_in:
            signed_in[account] = await _sign_in(browser, site, account)
        if account:
            context["storage_state"] = signed_in[account]
        there.append(await person(browser, site.address, width, **context))
        return there[-1]

    yield come
    for number, one in enumerate(there):
        if request.node.stash.get(FAILED, False):
            picture = tmp_path / f"person-{number}.png"
            await one.page.screenshot(path=picture)
            shown = f"{one.page.url} ({picture})\n{await one.page.inner_text('body')}"
            request.node.add_report_section("teardown", f"page of person {number}", shown)
        await one.page.context.close()
    assert [problem for one in there for problem in one.problems] == []


async def _sign_in(browser: Browser, site: Site, account: str) -> StorageState:
    visitor = await person(browser, site.address, "desk")
    await visitor.open("/sign-in?back=/account")
    await visitor.fill(account=account, password=PASSWORD)
    await visitor.page.keyboard.press("Enter")
    await visitor.page.wait_for_url(f"{site.address}/account")
    state = await visitor.page.context.storage_state()
    await visitor.page.context.close()
    return state
