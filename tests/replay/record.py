"""Adds to the replay corpus what it lacks: `python -m tests.replay.record`.

A fixture that is there is never recorded again: it is what the code did once, and must be able to
do for ever. `--from-scratch` empties the corpus first; that was allowed until the first release.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from temporalio.client import WorkflowHistory

from ledger.pool import open_pool
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from runtime.temporal import connect
from tests.replay.fixtures import HISTORIES, names, save
from tests.replay.lives import LIVES as EARLIER
from tests.replay.lives import Life
from tests.replay.timed_lives import TIMED_LIVES
from tests.support.engines import TEMPLATE, engines, make_template, with_database
from tests.support.house import House, house

LIVES = (*EARLIER, *TIMED_LIVES)
IDENTITY = "replay-corpus"
"""In place of process and host name, which belong in no repository."""


async def record(stack: StackInfo, lives: Sequence[Life], folder: Path) -> None:
    """Live these lives in one house and save their histories."""
    await make_template(stack.postgres)
    admin = await asyncpg.connect(stack.postgres)
    await admin.execute(f"CREATE DATABASE corpus TEMPLATE {TEMPLATE}")
    await admin.close()
    settings = Settings(dsn=with_database(stack.postgres, "corpus"), task_queue="corpus")
    assert settings.dsn is not None
    pool = await open_pool(settings.dsn, settings.role, settings.pool_size)
    client = await connect(stack.temporal, identity=IDENTITY)
    for life in lives:
        name = life.__name__
        list_id = f"REPLAY-{name.upper()}".replace("_", "-")
        async with house(client, pool, settings, list_id) as home:
            demand = await life(home)
            histories = await settled(home, demand)
        save(name, (life.__doc__ or "").strip(), histories, folder)
    pool.terminate()


async def settled(home: House, demand: str) -> list[WorkflowHistory]:
    """The runs of a demand once nothing more comes."""
    length = -1
    while True:
        histories = await home.gateway.histories(demand)
        now = sum(len(history.events) for history in histories)
        if now == length:
            return histories
        length = now
        await asyncio.sleep(0.5)


def main(arguments: Sequence[str]) -> None:
    """Record what is missing."""
    for name in [n for n in os.environ if n.startswith(("LIANBAN_", "TEMPORAL_"))]:
        del os.environ[name]
    HISTORIES.mkdir(exist_ok=True)
    if "--from-scratch" in arguments:
        for path in HISTORIES.iterdir():
            path.unlink()
    missing = [life for life in LIVES if life.__name__ not in names()]
    with tempfile.TemporaryDirectory() as data, engines(Path(data)) as stack:
        asyncio.run(record(stack, missing, HISTORIES))
    sys.stdout.write("".join(f"recorded {life.__name__}\n" for life in missing) or "complete\n")


if __name__ == "__main__":
    main(sys.argv[1:])
