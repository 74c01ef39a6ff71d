"""The parts without the servers: lock, ports, supervision, and what a killed stack left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded import child as child_module
from runtime.embedded import install, lock, ports, postgres, temporal
from runtime.embedded.child import Child, ChildSpec
from runtime.embedded.errors import AlreadyRunning, MissingBinary, StartFailed
from runtime.embedded.events import EVENTS, Emitter
from runtime.embedded.info import default_data_dir
from runtime.embedded.ports import PortBook
from runtime.embedded.supervisor import Supervisor
from tests.integration.embedded.conftest import PROJECT, free_ports, gone_within


def shell(script: str, **how: Any) -> ChildSpec:
    return ChildSpec(**{"name": "shell", "argv": ["/bin/sh", "-c", script], **how})


class Heard:
    """An emitter that remembers, and checks what it hears against the catalogue."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.emit = Emitter(self._hear)
        self._news = asyncio.Event()

    def _hear(self, event: str, facts: dict[str, Any]) -> None:
        self.events.append((event, facts))
        self._news.set()

    def names(self) -> list[str]:
        return [event for event, _facts in self.events]

    async def until(self, event: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while self.names().count(event) < times:
                self._news.clear()
                await self._news.wait()

    def check(self) -> None:
        for event, facts in self.events:
            assert set(facts) == set(EVENTS[event])


# The lock


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    script = (
        "import sys, time, pathlib; from runtime.embedded.lock import Lock\n"
        "own = Lock(pathlib.Path(sys.argv[1])); own.acquire(); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert lock.holder(path) == other.pid
        with pytest.raises(AlreadyRunning) as refusal:
            lock.Lock(path).acquire()
        assert refusal.value.pid == other.pid
        other.kill()
        other.wait()
        assert lock.holder(path) is None
    own = lock.Lock(path)
    own.acquire()
    assert lock.holder(path) == os.getpid()
    own.release()
    own.release()
    assert lock.holder(path) is None


# Ports


def test_a_taken_port_gives_way_to_a_neighbour() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
        assert ports.choose([taken]) != taken
        assert ports.listens(os.getpid(), taken)
        assert not ports.listens(os.getppid(), taken), "a stranger's port is not ours"
    assert ports.is_free(taken)
    assert not ports.listens(os.getpid(), taken)


def test_the_ports_of_last_time_come_first(tmp_path: Path) -> None:
    first, second = free_ports(2)
    heard = Heard()
    book = PortBook(tmp_path / "ports.json", {"a": first, "b": first}, heard.emit)
    assert book.choose("a") == first
    other = book.choose("b")
    assert other != first, "two servers never get one port"
    book.save()
    again = PortBook(tmp_path / "ports.json", {"a": second, "b": second}, heard.emit)
    assert [again.choose("a"), again.choose("b")] == [first, other]
    assert heard.names() == ["port.taken"]
    heard.check()


# Supervision


async def test_a_child_that_dies_is_restarted_with_growing_pauses(tmp_path: Path) -> None:
    heard = Heard()
    supervisor = Supervisor(tmp_path, heard.emit)
    await supervisor.start(shell("echo hello; sleep 0.05; exit 3"))
    began = time.monotonic()
    await heard.until("child.restarted", 3)
    assert time.monotonic() - began > 0.1 + 0.2 + 0.4
    await supervisor.stop()
    assert ("child.died", 3) in [(event, facts.get("code")) for event, facts in heard.events]
    assert (tmp_path / "shell.log").read_text().count("hello") >= 3
    assert supervisor.pids == {}
    heard.check()


async def test_a_child_that_cannot_start_says_why(tmp_path: Path) -> None:
    async def ready(_pid: int) -> bool:
        return False

    supervisor = Supervisor(tmp_path, Emitter())
    with pytest.raises(StartFailed, match="no such luck") as failure:
        await supervisor.start(shell("echo no such luck >&2; exit 9", ready=ready))
    assert "code 9" in failure.value.reason
    with pytest.raises(StartFailed, match="not ready after"):
        await supervisor.start(shell("sleep 60", ready=ready, start_timeout=0.3))
    with pytest.raises(StartFailed, match="cannot run"):
        await supervisor.start(ChildSpec(name="none", argv=["/nonexistent"], ready=ready))
    assert supervisor.pids == {}


async def test_all_are_stopped_in_reverse_order_with_their_own_signal(tmp_path: Path) -> None:
    heard = Heard()
    supervisor = Supervisor(tmp_path, heard.emit)
    await supervisor.start(shell("trap 'exit 5' INT; while :; do sleep 0.02; done", name="first"))
    await supervisor.start(shell("sleep 60", name="second", stop_signal=signal.SIGINT))
    await supervisor.start(shell("trap '' TERM; while :; do sleep 0.02; done", name="third"))
    await asyncio.sleep(0.3)
    stopping = asyncio.ensure_future(supervisor.stop())
    await asyncio.sleep(0.1)
    supervisor.hurry()
    await stopping
    stopped = [facts for event, facts in heard.events if event == "child.stopped"]
    assert [facts["name"] for facts in stopped] == ["third", "second", "first"]
    assert stopped[0]["code"] == -signal.SIGKILL
    heard.check()


async def test_a_childs_own_children_end_with_it(tmp_path: Path) -> None:
    run = Child(shell("sleep 60 & echo $!; exit 0"), tmp_path / "shell.log")
    run.spawn()
    assert await run.exited() == 0
    grandchild = int(run.tail())
    assert not gone_within({grandchild}, 2)


async def test_a_large_log_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "_ROTATE_AT", 10)
    (tmp_path / "shell.log").write_text("of the last run\n")
    supervisor = Supervisor(tmp_path, Emitter())
    await supervisor.start(shell("sleep 60"))
    await supervisor.stop()
    assert (tmp_path / "shell.log.1").read_text() == "of the last run\n"
    assert (tmp_path / "shell.log").read_text() == ""


# What a killed stack left behind, and where things are


async def test_a_stale_pid_that_a_stranger_now_has_is_forgotten(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n")
    await postgres.evict_orphan(tmp_path, Emitter())
    assert not pid_file.exists()
    pid_file.write_text("4194305\n")  # beyond the kernel's largest: nobody's
    await postgres.evict_orphan(tmp_path, Emitter())
    assert pid_file.exists()


def test_the_temporal_program_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert install.temporal_binary().name == "temporal"
    monkeypatch.setenv(install.TEMPORAL_OVERRIDE, "/bin/sh")
    assert install.temporal_binary() == Path("/bin/sh")
    monkeypatch.setenv(install.TEMPORAL_OVERRIDE, str(tmp_path / "missing"))
    with pytest.raises(MissingBinary):
        install.temporal_binary()


def test_the_data_directory_is_as_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_DATA", "/srv/lianban")
    assert default_data_dir() == Path("/srv/lianban")
    monkeypatch.delenv("LIANBAN_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", "/home/someone/data")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_dir() == Path("/var/lib/lianban")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_data_dir() == Path("/home/someone/data/lianban")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert default_data_dir() == Path("/home/someone/.local/share/lianban")


def database_with(folder: Path, *statements: str) -> Path:
    """A SQLite database where Temporal has its own."""
    path = folder / temporal.DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


@pytest.mark.parametrize(
    "statements",
    [
        (),
        ("CREATE TABLE namespaces (id)",),
        ("CREATE TABLE namespaces (id)", "CREATE TABLE history_node (id)"),
    ],
    ids=["empty", "some tables", "no history"],
)
def test_a_database_that_was_never_finished_is_made_anew(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    path = database_with(tmp_path, *statements)
    path.with_name(f"{path.name}-wal").touch()
    assert temporal.discard_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not temporal.discard_unfinished(tmp_path)


def test_a_database_with_history_is_kept_whatever_is_wrong(tmp_path: Path) -> None:
    path = database_with(
        tmp_path, "CREATE TABLE history_node (id)", "INSERT INTO history_node VALUES (1)"
    )
    assert not temporal.discard_unfinished(tmp_path)
    path.write_bytes(b"not a database at all" * 100)
    assert not temporal.discard_unfinished(tmp_path)
    assert path.exists()
