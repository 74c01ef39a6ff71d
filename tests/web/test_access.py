"""Signing in, sessions and forms, held against people who mean no good."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from starter.access import limits, passwords, sessions
from tests.support.house import House
from tests.support.web import PASSWORD, Site
from tests.support.web import site as site_over
from web import live
from web.render import STATIC
from web.security import HEADERS
from web.viewer import SESSION_COOKIE

WRONG = "wrong-password-8241"


async def try_in(site: Site, account: str, password: str = WRONG, **more: Any) -> Any:
    """One attempt by the form; the answer."""
    async with site.visitor() as visitor:
        given = {"account": account, "password": password, **more}
        return await visitor.post("/sign-in", data=given)


async def test_nothing_tells_who_exists(
    site: Site, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    await site.give_password("u20", "u01")
    await site.home.pool.execute(
        "UPDATE accounts SET retired_at = clock_timestamp() WHERE account = 'u01'"
    )
    hashed: list[str | None] = []
    verify = passwords._verify

    def watched(password: str, kept: str | None) -> bool:
        hashed.append(kept)
        return verify(password, kept)

    monkeypatch.setattr(passwords, "_verify", watched)
    cases = {"wrong": "u20", "unknown": "u99", "without": "s04", "retired": "u01", "odd": "a\x00b"}
    pages, seconds = {}, {}
    for case, account in cases.items():
        took = []
        for _ in range(3):
            began = time.perf_counter()
            answer = await try_in(site, account)
            took.append(time.perf_counter() - began)
            assert answer.status_code == 401, case
        pages[case] = answer.text.replace(account, "?").replace("\ufffd", "")
        seconds[case] = statistics.median(took)
    pages.pop("odd")  # how a browser shows a null is its own affair
    assert len(set(pages.values())) == 1
    assert len(hashed) == 15, "each of them took the time of a hash"
    for case, median in seconds.items():
        record_property(f"median_ms_{case}", round(1000 * median))
    retired = await try_in(site, "u01", PASSWORD)
    assert retired.status_code == 401, "the right password of a retired account is wrong"


async def test_attempts_are_limited_by_name_and_by_address(site: Site) -> None:
    password = await site.give_password("u20", "u01")
    signer, pool = site.app.state.signer, site.home.pool
    for _ in range(limits.SIGN_IN_BY_NAME.at_most):
        assert await limits.attempt(pool, signer, limits.SIGN_IN_BY_NAME, "u20")
    assert (await try_in(site, "u20", password)).status_code == 429
    assert (await try_in(site, "u01", password)).status_code == 303
    for _ in range(limits.SIGN_IN_BY_ADDRESS.at_most):
        await limits.attempt(pool, signer, limits.SIGN_IN_BY_ADDRESS, "127.0.0.1")
    assert (await try_in(site, "u01", password)).status_code == 429
    kept = await pool.fetch("SELECT key FROM web_attempts")
    assert not [row for row in kept if "u20" in row["key"] or "127.0" in row["key"]]


async def test_signing_in_gives_a_session_of_its_own(site: Site) -> None:
    password = await site.give_password("u20")
    async with site.visitor() as visitor:
        visitor.cookies.set(SESSION_COOKIE, "chosen-by-somebody-else")
        given = {"account": "u20", "password": password}
        answer = await visitor.post("/sign-in", data=given)
        cookie = answer.headers["set-cookie"]
        assert "chosen-by-somebody-else" not in cookie
        for part in ("HttpOnly", "Path=/", "SameSite=lax", "Max-Age="):
            assert part in cookie
        assert "Secure" not in cookie, "this one is plain http"
    async with site.visitor() as other:
        other.cookies.set(SESSION_COOKIE, "chosen-by-somebody-else")
        assert (await other.get("/account")).status_code == 303
    hashes = await site.home.pool.fetch("SELECT token_hash FROM web_sessions")
    assert not [row for row in hashes if row["token_hash"] in cookie]


async def test_by_https_cookies_and_pages_stay_with_https(home: House) -> None:
    home.settings = home.settings.model_copy(update={"public_url": "https://park.example"})
    async with site_over(home) as site:
        answer = await try_in(site, "u20", await site.give_password("u20"))
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age=31536000" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("busy", [False, True])
async def test_a_session_that_ends_takes_its_stream_along(
    site: Site, monkeypatch: pytest.MonkeyPatch, busy: bool
) -> None:
    """Within a pulse, and also where changes never leave the stream silent for so long."""
    monkeypatch.setattr(live, "PULSE", 0.4)
    monkeypatch.setattr(live, "BREATH", 0.05)

    async def changes() -> None:
        while True:
            await asyncio.sleep(0.05)
            site.app.state.hub.wake(None)

    changing = asyncio.create_task(changes()) if busy else None
    try:
        async with site.as_account("u20") as unit, unit.stream("GET", "/live") as stream:
            lines: AsyncIterator[str] = stream.aiter_lines()
            assert await anext(lines) == "retry: 2000"
            await sessions.end(site.home.pool, "u20")
            async with asyncio.timeout(3):
                rest = [line async for line in lines]
        assert ("event: changed" in rest) == busy
    finally:
        if changing is not None:
            changing.cancel()


async def test_a_new_password_ends_other_sessions_and_a_refused_one_begins_none(site: Site) -> None:
    password = await site.give_password("u20")
    count = "SELECT count(*) FROM web_sessions WHERE ended_at IS NULL"
    async with site.as_account("u20") as here, site.as_account("u20") as there:
        new = "十一月的山风-1130"
        for given in (
            {"now": WRONG, "password": new, "again": new},
            {"now": password, "password": "short", "again": "short"},
            {"now": password, "password": new, "again": "another one"},
            {"now": password, "password": "u20-u20-u20-x", "again": "u20-u20-u20-x"},
        ):
            assert (await here.post("/account/password", data=given)).status_code == 422, given
            assert await site.home.pool.fetchval(count) == 2
        given = {"now": password, "password": new, "again": new}
        assert (await here.post("/account/password", data=given)).status_code == 303
        assert (await here.get("/account")).status_code == 200
        assert (await there.get("/account")).status_code == 303
        assert (await try_in(site, "u20", password)).status_code == 401
        assert (await try_in(site, "u20", new)).status_code == 303


@pytest.mark.parametrize(
    "back",
    [
        *("//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example"),
        *("http:evil.example", "javascript:alert(1)", "/\t/evil.example", "///evil.example"),
        *("evil.example", "/x\\..\\evil", " //evil.example", ""),
    ],
)
async def test_signing_in_leads_to_no_other_site(site: Site, back: str) -> None:
    answer = await try_in(site, "u20", await site.give_password("u20"), back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    async with site.as_account("u20") as unit:
        for path in ("/sign-in", "/language"):
            where = (
                await unit.get(path, params={"back": back})
                if path == "/sign-in"
                else await unit.post(path, data={"back": back, "lang": "zh"})
            )
            assert where.headers["location"] == "/", path


async def test_only_our_own_pages_may_change_anything(site: Site) -> None:
    demand = await site.home.demand()
    events = await site.count_events()
    token = await sessions.begin(site.home.pool, "bureau1", "test")
    paths = ("/sign-out", "/account/password", f"/demands/{demand}/acts/supervise", "/language")
    foreign: tuple[dict[str, str], ...] = (
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    )
    async with site.visitor() as browser:
        browser.cookies.set(SESSION_COOKIE, token)
        browser.headers.pop("sec-fetch-site")
        browser.headers.pop("origin", None)
        for headers in foreign:
            for path in paths:
                answer = await browser.post(path, headers=headers, data={"reason": "x"})
                assert answer.status_code == 403, (path, headers)
            for method in ("PUT", "DELETE", "PATCH"):
                answer = await browser.request(method, "/account", headers=headers)
                assert answer.status_code == 403, (method, headers)
        assert (await browser.get("/account")).status_code == 200, "still signed in"
        own = {"origin": site.address}
        assert (await browser.post("/sign-out", headers=own)).status_code == 303
    assert await site.count_events() == events


async def test_bodies_end_at_the_limit(home: House) -> None:
    home.settings = home.settings.model_copy(update={"upload_limit": 5000})
    async with site_over(home) as site, site.as_account("bureau1") as clerk:

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"account=" + b"x" * 1000

        form = {"content-type": "application/x-www-form-urlencoded"}
        for path in ("/sign-in", "/demands/AN-1-001/acts/supervise", "/account/password"):
            told = await clerk.post(path, content=b"x" * 6000, headers=form)
            assert told.status_code == 413, path
        untold = await clerk.post("/sign-in", content=endless(), headers=form)
        assert untold.status_code == 413
        assert "太大" in untold.text
        assert (await clerk.post("/sign-in", data={"account": "u20"})).status_code == 401


async def test_every_kind_of_answer_has_the_headers(site: Site, owner: asyncpg.Connection) -> None:
    demand = await site.home.demand()
    static = next(path.name for path in sorted(STATIC.glob("*.css")))
    wanted = {
        ("GET", "/account"): 200,
        ("GET", "/"): 303,
        ("GET", f"/demands/{demand}"): 200,
        ("GET", "/demands/AN-1-001"): 404,
        ("GET", "/nothing"): 404,
        ("GET", f"/demands/{demand}/moved?seen=x"): 422,
        ("GET", f"/static/{static}"): 200,
        ("GET", "/static/nothing.css"): 404,
        ("GET", "/static/../app.py"): 404,
        ("GET", "/static/%2e%2e/app.py"): 404,
        ("GET", "/healthz"): 200,
        ("PUT", "/account"): 405,
        ("PROPFIND", "/account"): 405,
        ("OPTIONS", "/account"): 405,
        ("POST", "/sign-in"): 401,
        ("POST", "/accounts/u20/link"): 404,
    }
    async with site.as_account("bureau1") as clerk:
        for (method, path), status in wanted.items():
            answer = await clerk.request(method, path)
            assert answer.status_code == status, (method, path)
            _has_headers(answer, (method, path))
        async with clerk.stream("GET", "/live") as stream:
            _has_headers(stream, "/live")
        foreign = await clerk.post("/sign-out", headers={"sec-fetch-site": "cross-site"})
        _has_headers(foreign, 403)
        await owner.execute("ALTER TABLE web_sessions RENAME TO web_sessions_away")
        broken = await clerk.get("/account")
        assert broken.status_code == 500
        assert "意料之外" in broken.text
        _has_headers(broken, 500)
        clerk.cookies.set("lianban_lang", "en")
        assert "意料之外" not in (await clerk.get("/account")).text
        await owner.execute("ALTER TABLE web_sessions_away RENAME TO web_sessions")


def _has_headers(answer: Any, of: object) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (of, name)
    assert "server" not in answer.headers or "uvicorn" in answer.headers["server"]
    kept = answer.headers["cache-control"]
    assert kept == "no-store" or "/static/" in str(of), of


async def test_head_is_a_get_without_its_body(site: Site) -> None:
    demand = await site.home.demand()
    async with site.as_account("bureau1") as clerk:
        for path in ("/account", f"/demands/{demand}", "/healthz", "/nothing", "/sign-in"):
            got, headed = await clerk.get(path), await clerk.head(path)
            assert headed.status_code == got.status_code, path
            assert headed.content == b""
            assert headed.headers.get("content-type") == got.headers.get("content-type")
        assert (await clerk.head("/live")).status_code == 405, "it has no end"
