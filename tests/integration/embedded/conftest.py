"""Real stacks in processes of their own, so that they can be killed."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(__file__).with_name("runner.py")
PROJECT = Path(__file__).parents[3]
LIMIT = 60.0


class Run:
    """A stack's process: what it reported, and ways to end it."""

    def __init__(
        self,
        data: Path,
        wishes: dict[str, Any],
        python: Sequence[str] = (sys.executable,),
        env: dict[str, str] | None = None,
        uid: int | None = None,
    ) -> None:
        self.data = data
        self.events: list[dict[str, Any]] = []
        self.info: dict[str, Any] = {}
        self.pids: dict[str, int] = {}
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [*python, str(RUNNER), str(data), json.dumps(wishes)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT), **(env or {})},
            cwd="/",
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, event: str, **facts: object) -> dict[str, Any]:
        """The next event of that name with those facts."""
        ends = time.monotonic() + LIMIT
        while time.monotonic() < ends:
            try:
                line = self._lines.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            self.events.append(json.loads(line))
            if {"event": event, **facts}.items() <= self.events[-1].items():
                return self.events[-1]
        self.kill()
        assert self.process.stderr is not None
        pytest.fail(f"no {event}; {self.events}; {self.process.stderr.read()}")

    def up(self) -> Run:
        ready = self.wait_for("up")
        self.info, self.pids = ready["info"], ready["pids"]
        return self

    def named(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == event]

    def signal(self, order: int) -> None:
        self.process.send_signal(order)

    def stop(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        assert self.process.wait(LIMIT) == 0
        return time.monotonic() - began

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(LIMIT)

    def close(self) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(LIMIT)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody reaps does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> set[int]:
    """All processes beneath `pid`."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, before = {pid}, 0
    while len(found) > before:
        before = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def gone_within(pids: set[int], seconds: float) -> set[int]:
    """Those of `pids` that still run after at most so many seconds."""
    ends = time.monotonic() + seconds
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < ends:
        time.sleep(0.05)
    return left


@pytest.fixture(scope="session")
def passable() -> Iterator[Path]:
    """A directory that every user may pass: pytest's own are private to the one who tests."""
    path = Path(tempfile.mkdtemp(prefix="lianban-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def own_ports() -> dict[str, int]:
    """Preferences away from a stack that may run on this machine, and from the other workers."""
    return dict(zip(("postgres", "temporal", "ui"), free_ports(3), strict=True))


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="session")
def launch(passable: Path, own_ports: dict[str, int]) -> Iterator[Callable[..., Run]]:
    """Start a stack's process; whatever is left at the end is stopped."""
    runs: list[Run] = []

    def start(data: Path, *, extra: dict[str, list[str]] | None = None, **how: Any) -> Run:
        options = {"cluster_root": str(passable / "shared"), "ports": own_ports}
        options |= how.pop("options", {})
        runs.append(Run(data, {"options": options, "extra": extra or {}}, **how))
        return runs[-1]

    yield start
    for run in runs:
        run.close()
