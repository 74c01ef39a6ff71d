"""The web application over a house: a real server in the test's own loop, and people who use it.

    async def test_x(site: Site) -> None:
        clerk = await site.client("bureau1")         # signed in through the form
        page = await site.page(clerk, "/demands")    # read: page.text, page.form("/assign"), ...
        answer = await site.send(clerk, page.form("/assign"), unit="U20")   # 303, or the form again
        page = await site.follow(clerk, answer)

Answers are not followed: a form that was accepted answers with 303.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx2
import uvicorn
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from ledger.sql import sql
from starter.access import sessions
from starter.connections import dsn_of
from tests.support.house import House
from tests.support.pages import Form, Page
from tests.support.waiting import eventually
from web.app import create_app
from web.live import Hub
from web.viewer import SESSION_COOKIE

PASSWORD = "九月的海风-0427"
"""Of everybody for whom `Site.give_password` was called."""


@cache
def _cheap_hash() -> str:
    """As weak as Argon2 allows: signing in costs a test nothing."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHash((hasher,)).hash(PASSWORD)


class Quiet(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of ours."""
        yield


@dataclass
class Site:
    """A running application; `address` is where it answers."""

    home: House
    address: str
    app: Any
    browsers: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)

    @contextlib.asynccontextmanager
    async def visitor(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Somebody's browser as far as HTTP goes: keeps cookies, says where forms come from."""
        headers = {"sec-fetch-site": "same-origin", "origin": self.address}
        async with httpx2.AsyncClient(
            base_url=self.address, headers=headers, timeout=30, trust_env=False
        ) as client:
            yield client

    async def guest(self) -> httpx2.AsyncClient:
        """A visitor, until the site closes."""
        return await self.browsers.enter_async_context(self.visitor())

    async def client(self, account: str) -> httpx2.AsyncClient:
        """Somebody who has signed in through the form, until the site closes."""
        await self.home.pool.execute(sql("credential_set"), account, _cheap_hash())
        client = await self.guest()
        form = (await self.page(client, "/sign-in")).form("/sign-in")
        answer = await self.send(client, form, account=account, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return client

    @contextlib.asynccontextmanager
    async def as_account(self, account: str) -> AsyncIterator[httpx2.AsyncClient]:
        """The browser of somebody who is signed in; redirects are not followed."""
        async with self.visitor() as client:
            token = await sessions.begin(self.home.pool, account, "test")
            client.cookies.set(SESSION_COOKIE, token)
            yield client

    async def give_password(self, *accounts: str) -> str:
        """Accounts that can sign in by the form; the password."""
        for account in accounts:
            await sessions.set_password(self.home.pool, account, PASSWORD)
        return PASSWORD

    async def count_events(self, demand: str | None = None) -> int:
        """How many events there are, of a demand or of all: what must not change, didn't."""
        found: int = await self.home.pool.fetchval(
            "SELECT count(*) FROM events WHERE $1::text IS NULL OR demand = $1", demand
        )
        return found

    async def page(self, client: httpx2.AsyncClient, url: str, status: int = 200) -> Page:
        """A page, which must be there."""
        answer = await client.get(url)
        assert answer.status_code == status, (url, answer.status_code, answer.headers)
        return Page(answer.text)

    async def send(
        self,
        client: httpx2.AsyncClient,
        form: Form,
        *,
        files: Any = None,
        button: str | None = None,
        **fields: Any,
    ) -> httpx2.Response:
        """Send a form: what stands in it, and these typed over it; None leaves a field out.

        `button` is the value, or the address, of the button pressed; `files` as httpx takes them.
        """
        target = form.action
        for pressed in form.buttons:
            if button is not None and button in (pressed.value, pressed.action):
                target = pressed.action or target
                if pressed.name:
                    fields[pressed.name] = pressed.value
        data = form.filled(fields)
        if form.method == "get":
            return await client.get(target, params=data)
        return await client.post(target, data=data, files=files)

    async def follow(self, client: httpx2.AsyncClient, answer: httpx2.Response) -> Page:
        """The page that a form that was accepted leads to."""
        assert answer.status_code == 303, (answer.status_code, Page(answer.text).text)
        return await self.page(client, urljoin(self.address, answer.headers["location"]))


@contextlib.asynccontextmanager
async def site(home: House) -> AsyncIterator[Site]:
    """Serve the application over this house until the block ends."""
    hub = Hub(dsn_of(home.settings), home.settings.role)
    app = create_app(home.connections, hub)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Quiet(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="on",
                timeout_graceful_shutdown=1,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))

        async def up() -> bool:
            return (server.started and hub.listening) or serving.done()

        try:
            await eventually(up, "the web application")
            built = Site(home, f"http://127.0.0.1:{listener.getsockname()[1]}", app)
            async with built.browsers:
                yield built
        finally:
            hub.close()
            server.should_exit = True
            await serving


def text_of(html: str) -> str:
    """What somebody reads on a page: without tags, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
