"""What the application writes into its log while it is used: nothing secret or personal."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import asyncpg
import pytest
import structlog

from runtime import logs
from tests.support.house import ENTERPRISE
from tests.support.web import PASSWORD, Site
from web.viewer import SESSION_COOKIE

PHONE, NAME, WORD = "13987654321", "王小明", "变压器扩容四百千伏安"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What everybody logs, as in production; afterwards all is as it was."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    logs.configure("json", "debug")
    kept = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(kept)
    yield kept
    root.handlers[:], root.level = handlers, level
    structlog.configure(**configured)


async def test_a_day_in_the_log(
    site: Site, owner: asyncpg.Connection, written: io.StringIO
) -> None:
    await site.give_password("u20")
    secrets = [PASSWORD, PHONE, NAME, WORD, "wrong-password-8241", ENTERPRISE.uscc]
    demand = await site.home.demand(f"{WORD}，请协调。", contact={"name": NAME, "phone": PHONE})
    async with site.visitor() as visitor:
        await visitor.post("/sign-in", data={"account": "u20", "password": "wrong-password-8241"})
        given = {"account": "u20", "password": PASSWORD}
        assert (await visitor.post("/sign-in", data=given)).status_code == 303
        secrets.append(visitor.cookies[SESSION_COOKIE])
    async with site.as_account("admin") as admin:
        made = (await admin.post("/accounts/s04/link")).text
        token = made.split("/activate/")[1].split('"')[0]
        secrets += [token, admin.cookies[SESSION_COOKIE]]
    async with site.visitor() as visitor:
        new = {"password": "十二月的大雪-1207", "again": "十二月的大雪-1207"}
        secrets.append(new["password"])
        assert (await visitor.post(f"/activate/{token}", data=new)).status_code == 303
        assert (await visitor.get(f"/activate/{token}")).status_code == 410
    async with site.as_account("bureau1") as clerk:
        secrets.append(clerk.cookies[SESSION_COOKIE])
        assert PHONE in (await clerk.get(f"/demands/{demand}")).text
        await clerk.get("/demands", params={"q": WORD})
        await clerk.get("/sign-in", params={"back": f"/{WORD}"})
        await clerk.get(f"/{NAME}")
        await clerk.get(f"/demands/{demand}/moved", params={"seen": NAME})
        assert (await clerk.post(f"/demands/{demand}/acts/assign", data={})).status_code == 422
        await owner.execute("ALTER TABLE events RENAME TO events_away")
        assert (await clerk.get(f"/demands/{demand}")).status_code == 500
        await owner.execute("ALTER TABLE events_away RENAME TO events")
    log = written.getvalue()
    assert log.count('"event": "web.request"') >= 12
    assert '"event": "web.failed"' in log
    assert "UndefinedTableError" in log
    assert f'"demand": "{demand}"' in log, "whose demand it was about can be found again"
    found = [secret for secret in secrets if secret in log]
    assert found == []
