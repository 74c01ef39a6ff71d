"""The web application over a house: a real server in the test's own loop, and people who use it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn

from starter.access import sessions
from starter.connections import dsn_of
from tests.support.house import House
from web.app import create_app
from web.live import Hub
from web.viewer import SESSION_COOKIE

PASSWORD = "九月的海风-0427"
"""Of everybody for whom `Site.give_password` was called."""


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

    @contextlib.asynccontextmanager
    async def visitor(self) -> AsyncIterator[httpx2.AsyncClient]:
        """Somebody's browser as far as HTTP goes: keeps cookies, says where forms come from."""
        headers = {"sec-fetch-site": "same-origin"}
        async with httpx2.AsyncClient(base_url=self.address, headers=headers) as client:
            yield client

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
        try:
            async with asyncio.timeout(10):
                while not (server.started and hub.listening) and not serving.done():
                    await asyncio.sleep(0.01)
            yield Site(home, f"http://127.0.0.1:{listener.getsockname()[1]}", app)
        finally:
            hub.close()
            server.should_exit = True
            await serving
