"""`lianban up` from the first start of a fresh machine to its stop, as a real program."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import PROGRAM, lianban

LIMIT = 60.0


class Up:
    """A running `lianban up`."""

    def __init__(self, data: Path, log: Path, *tokens: str) -> None:
        self._log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [str(PROGRAM), "up", "--data", str(data), *tokens],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
            )

    def text(self) -> str:
        return self._log.read_text()

    def says(self, words: str) -> str:
        """Wait until it has said so; all that it has said."""
        end = time.monotonic() + LIMIT
        while words not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, self.text()
            time.sleep(0.05)
        return self.text()

    def stop(self) -> float:
        """SIGTERM; how many seconds it took to end in good order."""
        began = time.monotonic()
        self.process.terminate()
        assert self.process.wait(LIMIT) == 0
        return time.monotonic() - began


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory with a space in its path, which every user may pass."""
    root = Path(tempfile.mkdtemp(prefix="lianban up "))
    root.chmod(0o711)
    yield root / "data"
    shutil.rmtree(root)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Up]]:
    """What a test has started; whatever still runs at its end is stopped."""
    ups: list[Up] = []
    yield ups
    for up in ups:
        if up.process.poll() is None:
            up.process.terminate()
            up.process.wait(LIMIT)


def status(data: Path) -> Any:
    return lianban("status", "--json", env={**os.environ, "LIANBAN_DATA": str(data)}).json()


def test_up_from_an_interrupted_first_start_to_a_clean_stop(
    data: Path, tmp_path: Path, started: list[Up]
) -> None:
    first = Up(data, tmp_path / "first.log")
    started.append(first)
    first.says("装入样例名录：完成")
    first.process.kill()
    first.process.wait(LIMIT)

    second = Up(data, tmp_path / "second.log")
    started.append(second)
    said = second.says("按 Ctrl-C 停止。")
    assert "样例清单立项：完成" in said
    assert "装入样例名录" not in said
    assert f"export LIANBAN_DATA='{data}'" in said
    assert "assign --list AN-2026Q4 --as bureau1" in said
    assert "postgresql://" not in said
    assert "\x1b" not in said
    _knows_what_runs(data, second)

    again = lianban("up", "--data", str(data))
    assert again.code == 1
    assert f"进程 {second.process.pid}" in again.err
    assert "already_running" in again.err

    os.kill(int(status(data)["workers"][0].partition("@")[0]), signal.SIGKILL)
    second.says("办理进程 意外退出（-9），已重新启动。")
    assert status(data)["well"]

    assert second.stop() < 15
    assert re.search(r"已停止（\d+\.\d 秒）", second.text())
    assert lianban("status", env={**os.environ, "LIANBAN_DATA": str(data)}).code == 3

    third = Up(data, tmp_path / "third.log")
    started.append(third)
    said = third.says("按 Ctrl-C 停止。")
    assert "装入样例名录" not in said
    assert "样例清单立项" not in said
    assert status(data)["ledger"]["events"] == 41
    assert third.stop() < 15


def _knows_what_runs(data: Path, up: Up) -> None:
    seen = status(data)
    assert seen["well"], seen
    assert seen["stack"]["pid"] == up.process.pid
    assert (seen["ledger"]["demands"], seen["reserved_only"]) == (40, [])
    env = {**os.environ, "LIANBAN_DATA": str(data)}
    assigned = lianban("assign", "an-2026q4-39", "--as", "bureau1", "--json", env=env)
    assert assigned.json()["turn"] == {"role": "unit", "code": "U20"}
    waiting = lianban("tasks", "--as", "u20", "--json", env=env).json()["tasks"]
    assert [task["demand"] for task in waiting] == ["AN-2026Q4-039"]


def test_up_without_sample_leaves_the_ledger_empty(
    data: Path, tmp_path: Path, started: list[Up]
) -> None:
    up = Up(data, tmp_path / "up.log", "--no-sample")
    started.append(up)
    said = up.says("按 Ctrl-C 停止。")
    assert "样例" not in said
    assert "directory load" in said
    assert status(data)["ledger"]["demands"] == 0
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(LIMIT) == 0


def test_the_sample_starts_under_the_policy_that_was_chosen(
    data: Path, tmp_path: Path, started: list[Up]
) -> None:
    wrong = lianban("up", "--data", str(data), "--policy", str(tmp_path / "nothing.toml"))
    assert (wrong.code, "file_invalid" in wrong.err, data.exists()) == (1, True, False)
    demo = Path(__file__).parents[2] / "policies" / "demo.toml"
    up = Up(data, tmp_path / "up.log", "--policy", str(demo))
    started.append(up)
    up.says("按 Ctrl-C 停止。")
    env = {**os.environ, "LIANBAN_DATA": str(data)}
    shown = lianban("demand", "deadline", "AN-2026Q4-001", "--json", env=env).json()
    assert (shown["policy"]["name"], shown["calendar"]) == ("demo", "never-closes")
    assert up.stop() < 15
