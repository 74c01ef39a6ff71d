"""Fixtures: real engines once a pytest worker, a fresh database and task queue for each test."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from _pytest.nodeid import coerce_node_id

from ledger.pool import Pool, open_pool
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from runtime.temporal import connect
from tests.support.engines import TEMPLATE, engines, make_template, with_database
from tests.support.house import House, house
from tests.support.parts import outside
from tests.support.skipping import Park, skipping_server
from tests.support.skipping import park as park_on
from tests.support.web import Site
from tests.support.web import site as site_over

_numbers = itertools.count(1)

# A timing is a benchmark, never an assertion: how long an example takes is the machine's affair.
hypothesis.settings.register_profile("lianban", deadline=None, max_examples=60)
hypothesis.settings.load_profile("lianban")

for name in list(os.environ):
    if name.startswith(("LIANBAN_", "TEMPORAL_")):
        del os.environ[name]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """xdist 3.8 names a test's group in `_nodeid`, which pytest 9.2 no longer reads its id from."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        named = str(getattr(item, "_nodeid", ""))
        if "@" in named and not item.nodeid.endswith(group := named[named.rindex("@") :]):
            item._id = coerce_node_id(item.nodeid + group)


@pytest.fixture(scope="session", autouse=True)
def clusters() -> Iterator[Path]:
    """Where root puts PostgreSQL's files: pytest's own directories are closed to its user."""
    with tempfile.TemporaryDirectory(prefix="lianban-clusters-") as folder:
        root = Path(folder)
        root.chmod(0o711)
        os.environ["LIANBAN_CLUSTER_ROOT"] = folder
        yield root


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, clusters: Path) -> Iterator[StackInfo]:
    """PostgreSQL and Temporal for this pytest worker, with a migrated template database."""
    data: Path = tmp_path_factory.mktemp("stack")
    with engines(data) as info:
        asyncio.run(make_template(info.postgres))
        yield info


@pytest.fixture
async def dsn(stack: StackInfo) -> AsyncIterator[str]:
    """A fresh database with schema and sample directory."""
    name = f"t{next(_numbers)}"
    admin = await asyncpg.connect(stack.postgres)
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield with_database(stack.postgres, name)
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    """Settings of a test: its own database, task queue and attachments, and little patience."""
    queue, kept = f"q{next(_numbers)}", str(tmp_path / "attachments")
    return Settings(
        dsn=dsn, task_queue=queue, patience=15, sweep_every=0.3, sweep_after=0.5, attachments=kept
    )


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    """Connections as the application has them."""
    assert settings.dsn is not None
    found = await open_pool(settings.dsn, settings.role, settings.pool_size)
    yield found
    found.terminate()


@pytest.fixture
def list_id(request: pytest.FixtureRequest) -> str:
    """A list id that no other test uses."""
    worker_id = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return f"T{worker_id[2:]}-{next(_numbers)}"


@pytest.fixture
async def home(
    stack: StackInfo, settings: Settings, pool: Pool, list_id: str
) -> AsyncIterator[House]:
    """The whole house, its worker in this process."""
    client = await connect(stack.temporal)
    async with house(client, pool, settings, list_id) as built:
        yield built


@pytest.fixture
async def site(home: House) -> AsyncIterator[Site]:
    """The web application over the house."""
    async with site_over(home) as running:
        yield running


@pytest.fixture(scope="session")
def skipping() -> Iterator[str]:
    """A Temporal server that can skip time; its tests are one group, so that there is one."""
    with skipping_server() as address:
        yield address


@pytest.fixture
async def park(skipping: str, settings: Settings, pool: Pool, list_id: str) -> AsyncIterator[Park]:
    """The whole house, with time that passes when the test wants it to."""
    async with park_on(skipping, pool, settings, list_id) as built:
        yield built


@pytest.fixture
async def empty(stack: StackInfo, settings: Settings, pool: Pool, list_id: str) -> House:
    """The house without a worker: commands wait for one."""
    return outside(await connect(stack.temporal), pool, settings, list_id)


@pytest.fixture
async def owner(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the test's database that has not taken on the application role."""
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()
