"""`python -m web`: serves the application until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator

import uvicorn

from ledger.initials import fill_initials
from ledger.pool import PASSING, Pool
from runtime import logs
from runtime.settings import Settings
from starter.connections import connections, dsn_of
from starter.errors import SystemUnreachable
from web.app import create_app
from web.live import Hub

log = logs.get("web")


class Server(uvicorn.Server):
    """Ends the streams of live pages when it is told to stop: it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so when it answers."""
        await super().startup(sockets)
        if self.started:
            log.info("web.ready", port=self.config.port)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in good order on SIGTERM and SIGINT; uvicorn would die of the signal afterwards."""
        loop = asyncio.get_running_loop()
        wanted = (signal.SIGTERM, signal.SIGINT)
        for name in wanted:
            loop.add_signal_handler(name, self._stop, name)
        try:
            yield
        finally:
            for name in wanted:
                loop.remove_signal_handler(name)

    def _stop(self, name: signal.Signals) -> None:
        self._hub.close()
        self.handle_exit(name, None)


async def serve(settings: Settings, listener: socket.socket | None = None) -> None:
    """Serve until a signal. Raises `SystemUnreachable`."""
    async with connections(settings) as to:
        hub = Hub(dsn_of(settings), settings.role)
        config = uvicorn.Config(
            create_app(to, hub),
            host=settings.web_host,
            port=settings.web_port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=30,
        )
        filling = asyncio.create_task(_fill_initials(to.pool))
        try:
            await Server(config, hub).serve(sockets=[listener] if listener else None)
        finally:
            filling.cancel()


async def _fill_initials(pool: Pool) -> None:
    """What an older program wrote becomes searchable; the next start takes up what is left."""
    try:
        done = await fill_initials(pool)
    except PASSING as error:
        log.warning("web.initials_left", reason=type(error).__name__)
    else:
        if done:
            log.info("web.initials_filled", demands=done)


async def patiently(settings: Settings) -> None:
    """Serve as soon as PostgreSQL and Temporal are there."""
    while True:
        try:
            await serve(settings)
        except SystemUnreachable as error:
            log.warning("web.waiting", part=error.facts.get("part", ""))
            await asyncio.sleep(1)
        else:
            return


def main() -> int:
    """Entry point."""
    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    asyncio.run(patiently(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
