"""What a running stack promises, seen from outside; one stack for all of these."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from runtime.embedded.errors import AlreadyRunning
from runtime.embedded.info import read_stack
from runtime.embedded.stack import Stack
from tests.integration.embedded.conftest import Run, alive, descendants

pytestmark = pytest.mark.xdist_group("embedded")


@pytest.fixture(scope="module")
def run(passable: Path, launch: Callable[..., Run], own_ports: dict[str, int]) -> Iterator[Run]:
    """On a path with spaces and Chinese, longer than a socket's may be, in a broken locale."""
    data = passable / "数据 目录 with 'quotes'" / ("需求清单 " * 8) / ("x" * 90) / "data?#%20"
    assert len(os.fsencode(data)) > 150
    takers = [socket.create_server(("127.0.0.1", port)) for port in own_ports.values()]
    run = launch(data, env={"LANG": "xx_YY.UTF-8", "LC_ALL": "zz_ZZ.UTF-8"}).up()
    for taker in takers:
        taker.close()
    yield run
    run.stop()


def test_taken_ports_are_replaced_and_named(run: Run, own_ports: dict[str, int]) -> None:
    taken = {event["name"]: event for event in run.named("port.taken")}
    assert {name: event["preferred"] for name, event in taken.items()} == own_ports
    assert run.info["temporal"] == f"127.0.0.1:{taken['temporal']['chosen']}"
    assert run.info["ui"] == f"http://127.0.0.1:{taken['ui']['chosen']}"
    assert f":{taken['postgres']['chosen']}/" in run.info["postgres"]


async def test_a_second_start_is_refused_with_the_pid_of_the_first(run: Run) -> None:
    with pytest.raises(AlreadyRunning) as refusal:
        await Stack(run.data).start()
    assert refusal.value.pid == run.process.pid
    assert read_stack(run.data) is not None, "the refused one must not take the first one's away"


def test_the_addresses_are_told_to_the_owner_alone(run: Run) -> None:
    info = read_stack(run.data)
    assert info is not None
    assert info.running
    assert (info.pid, info.postgres) == (run.process.pid, run.info["postgres"])
    assert info.postgres not in repr(info)
    assert (run.data / "stack.json").stat().st_mode & 0o777 == 0o600


async def test_postgres_wants_its_password(run: Run) -> None:
    password = run.info["postgres"].split(":")[2].split("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(run.info["postgres"].replace(password, "guess"))


async def test_the_database_is_durable_and_knows_chinese(run: Run) -> None:
    connection = await asyncpg.connect(run.info["postgres"])
    try:
        settings = {"fsync": "on", "data_checksums": "on", "server_encoding": "UTF8"}
        for setting, value in settings.items():
            assert await connection.fetchval("SELECT current_setting($1)", setting) == value
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert await connection.fetchval("SELECT cardinality(show_trgm('产业链党建'))") == 6
        locale = await connection.fetchrow(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'lianban'"
        )
        assert tuple(locale) == (b"b", "C.UTF-8")
    finally:
        await connection.close()


async def test_closed_workflows_are_kept_ten_years(run: Run) -> None:
    client = await Client.connect(run.info["temporal"])
    answer = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=run.info["namespace"])
    )
    kept = answer.config.workflow_execution_retention_ttl.ToTimedelta()
    assert kept == timedelta(days=3650)


async def test_a_killed_postgres_comes_back_on_its_port_with_its_data(run: Run) -> None:
    connection = await asyncpg.connect(run.info["postgres"])
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    before = run.pids["postgres"]
    os.kill(before, signal.SIGKILL)
    await connection.close()
    again = run.wait_for("child.restarted", name="postgres")
    assert again["pid"] != before
    connection = await asyncpg.connect(run.info["postgres"])
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()


async def test_a_killed_temporal_comes_back_on_its_port_with_its_data(run: Run) -> None:
    client = await Client.connect(run.info["temporal"])
    handle = await client.start_workflow("Nobody", id="kept", task_queue="nobody")
    before = run.pids["temporal"]
    os.kill(before, signal.SIGKILL)
    assert run.wait_for("child.restarted", name="temporal")["pid"] != before
    client = await Client.connect(run.info["temporal"])
    description = await client.get_workflow_handle("kept").describe()
    assert description.run_id == handle.first_execution_run_id


def test_a_terminals_ctrl_c_does_not_reach_the_children(run: Run) -> None:
    own_group = os.getpgid(run.process.pid)
    children = descendants(run.process.pid)
    assert children
    assert all(os.getpgid(pid) != own_group for pid in children if alive(pid))


def test_the_children_do_not_hold_the_lock(run: Run) -> None:
    held = {pid: open_files(pid) for pid in descendants(run.process.pid)}
    assert len(list(filter(None, held.values()))) >= len(run.pids)
    assert all(str(run.data / "lock") not in files for files in held.values())


def open_files(pid: int) -> set[str]:
    """What a process has open; nothing where it is gone, as PostgreSQL's soon are."""
    found = set()
    for fd in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):
            found.add(str(fd.readlink()))
    return found
