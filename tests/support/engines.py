"""Real PostgreSQL and Temporal for a whole test run, one pair for each pytest worker."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from domain.directory import Directory
from ledger.directory import load
from ledger.migrate import migrate
from runtime.embedded.info import StackInfo
from runtime.embedded.stack import Options, Stack

SAMPLES = Path(__file__).parents[2] / "samples"
TEMPLATE = "template_lianban"


def sample_directory() -> Directory:
    """The sample park."""
    from starter.workbook.directory_book import read_directory

    return read_directory(SAMPLES / "anning-directory.xlsx")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def engines(data: Path) -> Iterator[StackInfo]:
    """A stack without worker, on free ports, in a thread of its own for as long as needed."""
    ready = threading.Event()
    stop = threading.Event()
    found: list[StackInfo | BaseException] = []

    async def run() -> None:
        options = Options(ui=False, ports={"postgres": free_port(), "temporal": free_port()})
        stack = Stack(data, options=options)
        try:
            async with stack as info:
                found.append(info)
                ready.set()
                await asyncio.to_thread(stop.wait)
        except BaseException as error:
            found.append(error)
            ready.set()
            raise

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="engines")
    thread.start()
    ready.wait()
    try:
        if isinstance(found[0], BaseException):
            raise found[0]
        yield found[0]
    finally:
        stop.set()
        thread.join()


async def make_template(dsn: str) -> None:
    """A migrated database with the sample directory, to make others from."""
    admin = await asyncpg.connect(dsn)
    try:
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    finally:
        await admin.close()
    connection = await asyncpg.connect(dsn, database=TEMPLATE)
    try:
        await migrate(connection)
        await load(connection, sample_directory())
    finally:
        await connection.close()


def with_database(dsn: str, name: str) -> str:
    """The same server, another database."""
    return dsn.rpartition("/")[0] + "/" + name
