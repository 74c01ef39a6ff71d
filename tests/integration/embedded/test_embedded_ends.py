"""How a stack ends, and that the next one finds everything as it was."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from temporalio.client import Client

from runtime.embedded.child import ChildSpec
from runtime.embedded.info import StackInfo, read_stack
from runtime.embedded.stack import Options, Stack
from tests.integration.embedded.conftest import Run, descendants, gone_within

pytestmark = pytest.mark.xdist_group("embedded")
STUBBORN = ["/bin/sh", "-c", 'trap "" TERM INT; while :; do sleep 1; done']


async def write(info: dict[str, str]) -> None:
    connection = await asyncpg.connect(info["postgres"])
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await connection.close()
    client = await Client.connect(info["temporal"])
    await client.start_workflow("Nobody", id="kept", task_queue="nobody")


async def assert_kept(info: dict[str, str]) -> None:
    connection = await asyncpg.connect(info["postgres"])
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()
    client = await Client.connect(info["temporal"])
    await client.get_workflow_handle("kept").describe()


async def test_everything_is_kept_over_a_stop_and_a_kill(
    passable: Path, launch: Callable[..., Run], own_ports: dict[str, int]
) -> None:
    data = passable / "ends"
    first = launch(data).up()
    await write(first.info)
    children = descendants(first.process.pid)
    assert first.stop() < 10
    assert not gone_within(children, 0)
    assert read_stack(data) is None

    # The ports of last time are preferred to the ones that are asked for.
    others = {name: port + 7 for name, port in own_ports.items()}
    second = launch(data, options={"ports": others}).up()
    assert [second.info[key] for key in ("postgres", "temporal", "ui")] == [
        first.info[key] for key in ("postgres", "temporal", "ui")
    ]
    await assert_kept(second.info)
    children = descendants(second.process.pid)
    second.kill()
    assert not gone_within(children, 5)
    left = read_stack(data)
    assert left is not None
    assert not left.running

    third = launch(data, extra={"stubborn": STUBBORN}).up()
    await assert_kept(third.info)
    children = descendants(third.process.pid)
    third.signal(signal.SIGINT)
    third.wait_for("stack.stopping")
    await asyncio.sleep(0.3)
    assert third.process.poll() is None, "the stubborn child has a minute of grace"
    third.signal(signal.SIGINT)
    assert third.process.wait(10) == 0
    assert not gone_within(children, 0)


async def test_a_start_interrupted_anywhere_leaves_nothing_and_can_be_repeated(
    passable: Path, launch: Callable[..., Run]
) -> None:
    data = passable / "interrupted"
    for pause, order in ((0.1, signal.SIGKILL), (0.3, signal.SIGKILL), (0.2, signal.SIGTERM)):
        run = launch(data)
        run.wait_for("postgres.initdb")
        await asyncio.sleep(pause)
        children = descendants(run.process.pid)
        assert children
        run.signal(order)
        run.process.wait(10)
        assert not gone_within(children, 5)
        assert read_stack(data) is None
    final = launch(data).up()
    final.stop()
    assert [path.name for path in (data / "postgres").glob("new-*")] == []


async def test_the_callers_part_comes_after_the_servers_and_ends_before_them(
    passable: Path, own_ports: dict[str, int]
) -> None:
    events: list[str] = []

    async def prepare(info: StackInfo) -> None:
        connection = await asyncpg.connect(info.postgres)
        await connection.close()
        events.append("prepared")

    def extra(info: StackInfo) -> list[ChildSpec]:
        assert info.temporal
        return [ChildSpec(name="worker", argv=["/bin/sleep", "60"])]

    def note(event: str, facts: dict[str, object]) -> None:
        events.append(f"{event} {facts['name']}" if "name" in facts else event)

    options = Options(ui=False, ports=own_ports, cluster_root=passable / "shared")
    stack = Stack(
        passable / "extra", on_event=note, prepare=prepare, extra_children=extra, options=options
    )
    async with stack as info:
        assert info.ui is None
        assert set(stack.pids) == {"postgres", "temporal", "worker"}
    order = [
        *("postgres.ready", "prepared", "child.ready worker", "stack.ready", "stack.stopping"),
        *("child.stopped worker", "child.stopped postgres", "stack.stopped"),
    ]
    assert [event for event in events if event in order] == order


async def test_a_failed_preparation_stops_what_had_started(
    passable: Path, own_ports: dict[str, int]
) -> None:
    started: set[int] = set()

    async def prepare(_info: StackInfo) -> None:
        for pid in stack.pids.values():
            started.update({pid}, descendants(pid))
        raise ValueError("no")

    options = Options(ui=False, ports=own_ports, cluster_root=passable / "shared")
    stack = Stack(passable / "extra", prepare=prepare, options=options)
    with pytest.raises(ValueError, match="no"):
        await stack.start()
    assert stack.pids == {}
    assert len(started) > 2
    assert not gone_within(started, 5)
    assert read_stack(stack.data) is None
