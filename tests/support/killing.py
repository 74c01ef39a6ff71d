"""A place for one test on engines that may be killed: its database, its queue, its processes."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from ledger.pool import open_pool
from runtime.settings import Settings
from runtime.temporal import connect
from tests.support.engines import TEMPLATE, with_database
from tests.support.house import House
from tests.support.killable import Engines
from tests.support.parts import outside
from tests.support.processes import Process, WorkerProcess, environment, settle

_numbers = itertools.count(1)


@dataclass
class Place:
    """What a test needs to kill and to reckon."""

    engines: Engines
    home: House
    folder: Path
    _processes: list[Process] = field(default_factory=list)

    @property
    def workers(self) -> list[WorkerProcess]:
        """The worker processes that run now."""
        mine = (one for one in self._processes if isinstance(one, WorkerProcess))
        return [worker for worker in mine if worker.running]

    async def worker(self) -> WorkerProcess:
        """A worker process that is ready."""
        log = self.folder / f"worker{len(self._processes)}.log"
        process = WorkerProcess(self.home.settings, self.engines.temporal.address, log)
        self._processes.append(process)
        return await process.ready()

    def python(self, *argv: str) -> Process:
        """Another process of ours, as a user would start it."""
        log = self.folder / f"process{len(self._processes)}.log"
        env = environment(self.home.settings, self.engines.temporal.address)
        process = Process(*argv, env=env, log=log)
        self._processes.append(process)
        return process

    async def owner(self) -> asyncpg.Connection:
        """A connection of the database's owner."""
        return await asyncpg.connect(self.home.settings.dsn)

    async def close(self) -> None:
        """End all processes."""
        await settle(*self._processes)


@asynccontextmanager
async def place_on(engines: Engines, folder: Path) -> AsyncIterator[Place]:
    """A fresh database, queue and list on engines that live."""
    number = next(_numbers)
    admin = await asyncpg.connect(engines.postgres.address)
    await admin.execute(f"CREATE DATABASE k{number} TEMPLATE {TEMPLATE}")
    await admin.close()
    settings = Settings(
        dsn=with_database(engines.postgres.address, f"k{number}"),
        task_queue=f"k{number}",
        patience=30,
        sweep_every=0.2,
        sweep_after=1.0,
    )
    assert settings.dsn is not None
    pool = await open_pool(settings.dsn, settings.role, settings.pool_size)
    client = await connect(engines.temporal.address)
    place = Place(engines, outside(client, pool, settings, f"K-{number}"), folder)
    try:
        yield place
    finally:
        await place.close()
        pool.terminate()
