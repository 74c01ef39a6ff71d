"""The administrator's page of accounts, and the same on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.access import sessions
from tests.support.cli import Cli
from tests.support.pages import Page
from tests.support.web import PASSWORD, Site
from web.viewer import SESSION_COOKIE


@pytest.fixture
def cli(
    settings: Settings,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    """The command line against this test's database."""
    monkeypatch.setenv("LIANBAN_PUBLIC_URL", "https://park.example")
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as against:
        yield against


async def link_for(site: Site, account: str) -> str:
    """A link that the administrator makes on the page; its path."""
    async with site.as_account("admin") as admin:
        made = await admin.post(f"/accounts/{account}/link")
        assert made.status_code == 200
        (link,) = re.findall(r'id="link" value="([^"]+)"', made.text)
        assert link.startswith(f"{site.address}/activate/")
        assert "<svg" in made.text
        assert link not in (await admin.get(f"/accounts/{account}")).text, "it is shown once"
        return link.removeprefix(site.address)


async def test_the_administrator_sees_who_can_sign_in(site: Site) -> None:
    await site.give_password("u20")
    async with site.as_account("admin") as admin, site.as_account("u20"):
        shown = Page((await admin.get("/accounts")).text).text
        assert "市供电局联络员 u20 责任单位 U20 可登录 刚刚 1" in shown
        assert "未设密码" in shown
        squads = Page((await admin.get("/accounts?role=squad")).text).text
        assert "s04m" in squads
        assert "u20" not in squads
        assert (await admin.get("/accounts?role=nobody")).status_code == 200


async def test_only_the_administrator_has_these_pages(site: Site) -> None:
    for account in ("bureau1", "u20", "s04", "leader-ne", "committee", "auditor1"):
        async with site.as_account(account) as other:
            for path in ("/accounts", "/accounts/u20"):
                assert (await other.get(path)).status_code == 404, (account, path)
            for path in ("link", "links/revoke", "sessions/end", "password/remove"):
                answer = await other.post(f"/accounts/u20/{path}")
                assert answer.status_code in (403, 404), (account, path)
    assert await site.home.pool.fetchval("SELECT count(*) FROM activations") == 0


async def test_a_link_lets_somebody_in_once(site: Site) -> None:
    link = await link_for(site, "u20")
    async with site.visitor() as visitor:
        assert "u20" in (await visitor.get(link)).text
        short = await visitor.post(link, data={"password": "short", "again": "short"})
        assert short.status_code == 422
        given = {"password": PASSWORD, "again": PASSWORD}
        assert (await visitor.post(link, data=given)).status_code == 303
        assert "市供电局联络员" in (await visitor.get("/account")).text
        assert (await visitor.get(link)).status_code == 410
        assert (await visitor.post(link, data=given)).status_code == 410


async def test_a_newer_link_a_revocation_and_time_make_a_link_void(site: Site) -> None:
    given = {"password": PASSWORD, "again": PASSWORD}
    first = await link_for(site, "u20")
    second = await link_for(site, "u20")
    async with site.visitor() as visitor, site.as_account("admin") as admin:
        assert (await visitor.post(first, data=given)).status_code == 410
        assert (await visitor.get(second)).status_code == 200
        assert (await admin.post("/accounts/u20/links/revoke")).status_code == 303
        assert (await visitor.post(second, data=given)).status_code == 410
        third = await link_for(site, "u20")
        await site.home.pool.execute("UPDATE activations SET expires_at = clock_timestamp()")
        assert (await visitor.post(third, data=given)).status_code == 410
        for forged in (third[:-2] + "xx", "/activate/u20", "/activate/a%00b"):
            assert (await visitor.get(forged)).status_code == 410, forged
        fourth = await link_for(site, "u20")
        await site.home.pool.execute(
            "UPDATE accounts SET retired_at = clock_timestamp() WHERE account = 'u20'"
        )
        assert (await visitor.post(fourth, data=given)).status_code == 410
    assert await site.home.pool.fetchval("SELECT count(*) FROM credentials") == 0


async def test_sessions_are_ended_and_a_password_is_removed(site: Site) -> None:
    await site.give_password("u20", "admin")
    async with site.as_account("admin") as admin, site.as_account("u20") as unit:
        assert (await unit.get("/account")).status_code == 200
        assert (await admin.post("/accounts/u20/sessions/end")).status_code == 303
        assert (await unit.get("/account")).status_code == 303
        unit.cookies.set(SESSION_COOKIE, await sessions.begin(site.home.pool, "u20", "test"))
        assert (await admin.post("/accounts/u20/password/remove")).status_code == 303
        assert (await unit.get("/account")).status_code == 303
        given = {"account": "u20", "password": PASSWORD}
        assert (await unit.post("/sign-in", data=given)).status_code == 401
        await admin.post("/accounts/admin/password/remove")
        assert (await admin.get("/accounts")).status_code == 200, "not one's own"
        assert (await admin.post("/accounts/nobody/link")).status_code == 404


async def test_the_very_first_administrator_gets_in_by_the_command_line(
    site: Site, cli: Cli
) -> None:
    made = await cli.done("account", "link", "admin")
    assert made["account"] == "admin"
    assert made["url"].startswith("https://park.example/activate/")
    async with site.visitor() as visitor:
        path = made["url"].removeprefix("https://park.example")
        given = {"password": PASSWORD, "again": PASSWORD}
        assert (await visitor.post(path, data=given)).status_code == 303
        shown = (await visitor.get("/accounts/admin")).text
        assert "operator:" in shown, "who made the link is kept"
        listed = await cli.done("account", "list")
        (admin,) = [one for one in listed["accounts"] if one["account"] == "admin"]
        assert (admin["sign_in"], admin["sessions"]) == ("ready", 1)
        ended = await cli.done("account", "end-sessions", "admin")
        assert ended == {"account": "admin", "ended": 1}
        assert (await visitor.get("/accounts")).status_code == 303
    assert await cli.refused("account", "link", "nobody") == "unknown_account"
    said = await cli("account", "link", "u20")
    assert "市供电局联络员" in said.out
    assert "https://park.example/activate/" in said.out


async def test_without_an_address_no_link_is_made(
    site: Site, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANBAN_PUBLIC_URL")
    assert await cli.refused("account", "link", "admin") == "web_address_unknown"
    assert await site.home.pool.fetchval("SELECT count(*) FROM activations") == 0
