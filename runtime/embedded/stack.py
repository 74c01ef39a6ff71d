"""The embedded stack of one data directory: PostgreSQL, Temporal, and what the caller adds.

DATA/lock               who runs it
DATA/stack.json         where it answers, while it runs
DATA/ports.json         the ports of last time
DATA/postgres/          PostgreSQL's home, or DATA/postgres.location names it (cluster.py)
DATA/temporal/          Temporal's SQLite database
DATA/logs/<child>.log   the output of each child
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from runtime.embedded import cluster, postgres, temporal
from runtime.embedded.child import ChildSpec
from runtime.embedded.errors import StartFailed
from runtime.embedded.events import Emitter, OnEvent
from runtime.embedded.info import LOCK, StackInfo, remove_stack, write_stack
from runtime.embedded.lock import Lock
from runtime.embedded.ports import LOOPBACK, PortBook, is_free
from runtime.embedded.supervisor import Supervisor

DATABASE = "lianban"
PREFERRED_PORTS = {"postgres": 54610, "temporal": 7233, "ui": 8233, "web": 8080}
_PORT_TRIES = 5

Prepare = Callable[[StackInfo], Awaitable[None]]
ExtraChildren = Callable[[StackInfo], Sequence[ChildSpec]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a caller may change about a stack."""

    ui: bool = True
    web: bool = False  # whether to keep a port for a web application among the extra children
    database: str = DATABASE
    ports: Mapping[str, int] | None = None  # preferences for PREFERRED_PORTS' names
    dynamic_config: Mapping[str, str] | None = None  # Temporal's, beside ours
    cluster_root: Path | None = None  # see cluster.shared_root


class Stack:
    """Starts everything on one data directory and keeps it running.

    Once PostgreSQL and Temporal are ready, `prepare` runs (migrations), then the children that
    `extra_children` names are started. Create and use it within one event loop, in a thread that
    lives as long as the stack: the kernel ends the children with the thread that started them.
    """

    def __init__(
        self,
        data: Path,
        *,
        on_event: OnEvent | None = None,
        prepare: Prepare | None = None,
        extra_children: ExtraChildren | None = None,
        options: Options | None = None,
    ) -> None:
        self.data = data.expanduser().absolute()
        self._emit = Emitter(on_event)
        self._prepare = prepare
        self._extra_children = extra_children
        self._options = options or Options()
        self._supervisor = Supervisor(self.data / "logs", self._emit)
        self._info: StackInfo | None = None
        self._locks: list[Lock] = []

    @property
    def info(self) -> StackInfo:
        """The addresses; there are none before the start."""
        if self._info is None:
            raise RuntimeError("the stack is not running")
        return self._info

    @property
    def pids(self) -> dict[str, int]:
        """The children that run now, by name."""
        return self._supervisor.pids

    async def __aenter__(self) -> StackInfo:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> StackInfo:
        """Start everything and give the addresses; on any failure stop what had started."""
        began = time.monotonic()
        try:
            self._info = info = await self._bring_up()
            if self._prepare is not None:
                self._emit("stack.preparing")
                await self._prepare(info)
            for spec in self._extra_children(info) if self._extra_children else ():
                await self._supervisor.start(spec)
            write_stack(info)
        except BaseException:
            await self.stop()
            raise
        self._emit("stack.ready", seconds=_since(began))
        return info

    async def stop(self) -> None:
        """Stop everything, the last started first. Harmless when nothing runs."""
        if not self._locks:
            return
        began = time.monotonic()
        self._emit("stack.stopping")
        remove_stack(self.data)
        await self._supervisor.stop()
        self._info = None
        while self._locks:
            self._locks.pop().release()
        self._emit("stack.stopped", seconds=_since(began))

    async def run_until_stopped(
        self, on_started: Callable[[StackInfo], None] | None = None
    ) -> None:
        """Start, run until SIGTERM, SIGINT or SIGHUP, and stop. A second signal hurries."""
        stop = asyncio.Event()
        with self._signals(stop):
            starting = asyncio.ensure_future(self.start())
            waiting = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    info = starting.result()
                    if on_started is not None:
                        on_started(info)
                    await waiting
            finally:
                waiting.cancel()
                starting.cancel()  # harmless when done; otherwise it cleans up after itself
                await asyncio.wait({starting})
                await self.stop()

    @contextlib.contextmanager
    def _signals(self, stop: asyncio.Event) -> Iterator[None]:
        def order() -> None:
            if stop.is_set():
                self._supervisor.hurry()
            stop.set()

        loop = asyncio.get_running_loop()
        wanted = [signal.SIGTERM, signal.SIGINT]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
            wanted.append(signal.SIGHUP)
        for name in wanted:
            loop.add_signal_handler(name, order)
        try:
            yield
        finally:
            for name in wanted:
                loop.remove_signal_handler(name)

    async def _bring_up(self) -> StackInfo:
        passable = cluster.PASSABLE if os.geteuid() == 0 else cluster.PRIVATE
        cluster.make_directory(self.data, passable)
        self.data = self.data.resolve()
        self._take(self.data / LOCK)
        for name in ("logs", "temporal"):
            cluster.make_directory(self.data / name, cluster.PRIVATE)
        book = PortBook(self.data / "ports.json", self._preferred_ports(), self._emit)
        # Apart, so that the one's fsyncs and the other's start-up computing share the time.
        async with _one_error(), asyncio.TaskGroup() as group:
            database = group.create_task(self._start_postgres(book))
            engine = group.create_task(self._start_temporal(book))
        web = f"http://{LOOPBACK}:{book.choose('web')}" if self._options.web else None
        book.save()
        address, ui = engine.result()
        return StackInfo(
            data=self.data,
            pid=os.getpid(),
            postgres=database.result(),
            temporal=address,
            namespace=temporal.NAMESPACE,
            ui=ui,
            started_at=datetime.now(UTC),
            web=web,
        )

    async def _start_postgres(self, book: PortBook) -> str:
        began = time.monotonic()
        home = await asyncio.to_thread(
            cluster.settle, self.data, self._emit, self._options.cluster_root
        )
        # A copied data directory may name the same home as its original.
        self._take(home.lock)
        await cluster.ensure_cluster(home, self.data / "logs", self._emit)
        await postgres.evict_orphan(home.cluster, self._emit)
        (port,) = await self._start_on_free_ports(
            book, ("postgres",), lambda ports: postgres.spec(home, ports[0])
        )
        password = home.password()
        await postgres.ensure_database(
            postgres.dsn(password, port, cluster.SUPERUSER), self._options.database
        )
        self._emit("postgres.ready", address=f"{LOOPBACK}:{port}", seconds=_since(began))
        return postgres.dsn(password, port, self._options.database)

    async def _start_temporal(self, book: PortBook) -> tuple[str, str | None]:
        began = time.monotonic()
        names = ("temporal", "ui") if self._options.ui else ("temporal",)
        folder, config = self.data / "temporal", self._options.dynamic_config
        if temporal.discard_unfinished(folder):
            self._emit("temporal.unfinished", path=str(folder))

        def spec(ports: Sequence[int]) -> ChildSpec:
            return temporal.spec(folder, ports[0], ports[1] if len(ports) > 1 else None, config)

        ports = await self._start_on_free_ports(book, names, spec)
        address = f"{LOOPBACK}:{ports[0]}"
        ui = f"http://{LOOPBACK}:{ports[1]}" if len(ports) > 1 else None
        await temporal.ensure_retention(address)
        self._emit("temporal.ready", address=address, ui=ui, seconds=_since(began))
        return address, ui

    async def _start_on_free_ports(
        self,
        book: PortBook,
        names: Sequence[str],
        spec: Callable[[Sequence[int]], ChildSpec],
    ) -> list[int]:
        """Start a server on ports that were free; on others when somebody was faster."""
        for attempt in range(_PORT_TRIES):
            ports = [book.choose(name) for name in names]
            try:
                await self._supervisor.start(spec(ports))
            except StartFailed:
                if all(is_free(port) for port in ports) or attempt == _PORT_TRIES - 1:
                    raise
            else:
                return ports
        raise AssertionError("the last try returns or raises")

    def _preferred_ports(self) -> dict[str, int]:
        return {**PREFERRED_PORTS, **(self._options.ports or {})}

    def _take(self, path: Path) -> None:
        lock = Lock(path)
        lock.acquire()
        self._locks.append(lock)


@contextlib.asynccontextmanager
async def _one_error() -> AsyncIterator[None]:
    """Raise the first error of a task group as itself."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
