"""PostgreSQL and Temporal without a supervisor: killed when a test says so, away until it says so.

The kernel ends them with the thread that started them: use them from a test's main thread.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded import cluster, postgres, temporal
from runtime.embedded.child import Child
from runtime.embedded.events import Emitter
from runtime.embedded.ports import LOOPBACK
from tests.support.engines import free_port, make_template


class Engine:
    """One server and its address."""

    def __init__(self, child: Child, address: str) -> None:
        self._child = child
        self.address = address

    @property
    def pid(self) -> int:
        """Of the server's own process."""
        return self._child.pid

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._child.spawn()
        problem = await self._child.becomes_ready()
        assert problem is None, f"{problem}\n{self._child.tail()}"

    async def kill(self) -> None:
        """SIGKILL; its own processes end with it."""
        await self._child.kill()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """There, and answering nobody: stopped with all its processes."""
        found = [self.pid, *_children(self.pid)]
        for pid in found:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in found:
                os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass(frozen=True)
class Engines:
    """Both; the address of PostgreSQL is the DSN of its maintenance database."""

    postgres: Engine
    temporal: Engine


@contextmanager
def killable_engines() -> Iterator[Engines]:
    """A pair with a migrated template database, killed at the end whatever its state."""
    with tempfile.TemporaryDirectory(prefix="lianban-") as place:
        data = Path(place)
        data.chmod(cluster.PASSABLE)  # PostgreSQL runs as another user where we are root
        (data / "temporal").mkdir()
        engines = asyncio.run(_prepare(data))
        try:
            asyncio.run(_bring_up(engines))
            yield engines
        finally:
            asyncio.run(_kill_all(engines))


async def _prepare(data: Path) -> Engines:
    emit = Emitter()
    home = cluster.settle(data, emit, data / "shared")
    await cluster.ensure_cluster(home, data, emit)
    database, engine = free_port(), free_port()
    return Engines(
        Engine(
            Child(postgres.spec(home, database), data / "postgres.log"),
            postgres.dsn(home.password(), database, cluster.SUPERUSER),
        ),
        Engine(
            Child(temporal.spec(data / "temporal", engine, None), data / "temporal.log"),
            f"{LOOPBACK}:{engine}",
        ),
    )


async def _bring_up(engines: Engines) -> None:
    await asyncio.gather(engines.postgres.start(), engines.temporal.start())
    await make_template(engines.postgres.address)


async def _kill_all(engines: Engines) -> None:
    await engines.temporal.kill()
    await engines.postgres.kill()
