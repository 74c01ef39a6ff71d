"""Live pages: PostgreSQL tells which demand changed, open pages are told that something did.

An event carries no content: the page fetches its fragment anew, through ordinary authorization.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from runtime import logs
from starter.access import sessions
from web.viewer import SESSION_COOKIE, SignedIn, demand_of, pool_of

log = logs.get(__name__)
router = APIRouter()

CHANNEL = "lianban_demands"
PULSE = 20.0
"""Seconds after which a silent stream says that it is alive, and looks whether it still may be."""
BREATH = 0.4
"""Seconds in which several changes are told as one."""


class Hub:
    """Hears of changes by one connection of its own, and wakes whoever watches."""

    def __init__(self, dsn: str, role: str) -> None:
        self._dsn = dsn
        self._role = role
        self._watchers: dict[asyncio.Event, str | None] = {}
        self.closed = False
        self.listening = False

    async def run(self) -> None:
        """Listen for ever, through whatever outage."""
        while not self.closed:
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("live.away", reason=type(error).__name__)
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        settings = {"role": self._role, "application_name": "lianban-live"}
        connection = await asyncpg.connect(self._dsn, timeout=5, server_settings=settings)
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self.listening = True
            self.wake(None)  # whatever was missed meanwhile
            await lost.wait()
        finally:
            self.listening = False
            with contextlib.suppress(OSError, TimeoutError, asyncpg.InterfaceError):
                await connection.close(timeout=1)

    def _heard(self, _connection: object, _pid: int, _channel: str, demand: object) -> None:
        self.wake(str(demand))

    def wake(self, demand: str | None) -> None:
        """Wake those who watch this demand, or everybody."""
        for event, watched in self._watchers.items():
            if demand is None or watched is None or watched == demand:
                event.set()

    def close(self) -> None:
        """End all streams: a server that stops waits for them."""
        self.closed = True
        self.wake(None)

    @contextlib.contextmanager
    def watching(self, demand: str | None) -> Iterator[asyncio.Event]:
        """An event that is set whenever the demand, or any, changes."""
        event = asyncio.Event()
        self._watchers[event] = demand
        try:
            yield event
        finally:
            del self._watchers[event]


@router.get("/live")
async def live(
    request: Request,
    viewer: SignedIn,
    demand: Annotated[str | None, Query()] = None,
    seen: Annotated[int | None, Query()] = None,
) -> StreamingResponse:
    """Server-sent events of the one name `changed`, without content.

    The first comes at once where the demand has gone on since the event `seen`: between a page and
    its stream there may be seconds.
    """
    pool = pool_of(request)
    if demand is not None:
        await demand_of(pool, viewer.actor, demand)
    token = request.cookies[SESSION_COOKIE]

    async def allowed() -> bool:
        return await sessions.of_token(pool, token) is not None

    async def missed() -> bool:
        if demand is None or seen is None:
            return False
        return (await demand_of(pool, viewer.actor, demand)).seq > seen

    return stream(request.app.state.hub, demand, allowed, missed)


async def _nothing_missed() -> bool:
    return False


def stream(
    hub: Hub,
    demand: str | None,
    allowed: Callable[[], Awaitable[bool]],
    missed: Callable[[], Awaitable[bool]] = _nothing_missed,
) -> StreamingResponse:
    """The stream of a demand's changes, or of all, as long as it is `allowed`."""
    return StreamingResponse(
        _events(hub, demand, allowed, missed),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _events(
    hub: Hub,
    demand: str | None,
    allowed: Callable[[], Awaitable[bool]],
    missed: Callable[[], Awaitable[bool]],
) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop()
    with hub.watching(demand) as changed:
        if await missed():
            changed.set()
        yield "retry: 2000\nevent: ready\ndata:\n\n"
        look_again = clock.time() + PULSE
        while not hub.closed:
            heard = await _set_before(changed, look_again)
            if clock.time() >= look_again:  # also where changes leave no silence
                if not await allowed():
                    return
                look_again = clock.time() + PULSE
            if heard:
                changed.clear()
                yield "event: changed\ndata:\n\n"
                await asyncio.sleep(BREATH)
            else:
                yield ": alive\n\n"


async def _set_before(event: asyncio.Event, instant: float) -> bool:
    try:
        async with asyncio.timeout_at(instant):
            await event.wait()
    except TimeoutError:
        return False
    return True
