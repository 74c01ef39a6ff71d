"""The README's walk-through, command by command: it does and says what the README shows."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_cli_up import Up, data
from tests.support.cli import PROGRAM

__all__ = ["data"]

ROOT = Path(__file__).parents[2]
REFUSED = "--score 5 --as u20"
CHANGES = re.compile(r"数据目录|PostgreSQL|Temporal|办理进程|本机服务|^网页 |哈希 ")
"""Lines that tell of this machine or of this moment."""

MOMENTS = {
    r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|\d+月\d+日 \d\d:\d\d(:\d\d)?": "某时",
    r"(还剩|已逾期) \d+ 秒": "若干秒",
    r"结构版本 \d+": "结构版本",
    r"^\d+ +(未读)": r"\1",
    r" +": " ",
}
"""What tells of this moment in other lines, and what is put in its place."""


def walk_through(readme: str) -> list[tuple[str, list[str]]]:
    """The commands that the README shows, each with what it shows of their output."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    steps: list[tuple[str, list[str]]] = []
    for block in text.split("```console\n")[1:]:
        for line in block.split("```")[0].splitlines():
            if line.startswith("$ "):
                steps.append((line.removeprefix("$ "), []))
            else:
                steps[-1][1].append(line)
    return [step for step in steps if "activate" not in step[0]]


def timeless(lines: list[str]) -> list[str]:
    """The lines without what is of this machine or of this moment."""
    kept = [line for line in lines if not CHANGES.search(line)]
    for moment, instead in MOMENTS.items():
        kept = [re.sub(moment, instead, line) for line in kept]
    return kept


@pytest.fixture
def running(data: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A stack with the sample list; the environment of a second shell."""
    up = Up(data, tmp_path / "up.log")
    up.says("链办已启动")
    yield {
        **os.environ,
        "LIANBAN_DATA": str(data),
        "COLUMNS": "100",
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
    }
    up.stop()


def test_the_walk_through_does_what_the_readme_shows(running: dict[str, str]) -> None:
    for command, shown in walk_through("README.md"):
        ended = subprocess.run(
            ["bash", "-c", command],
            env=running,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == (1 if REFUSED in command else 0), (command, ended)
        said = (ended.stdout + ended.stderr).rstrip("\n").splitlines()
        if not command.endswith("10wd --began 交办"):  # that one's moments are its answer
            said, shown = timeless(said), timeless(shown)
        assert said == shown, command


def test_both_readmes_show_the_same_walk_through() -> None:
    assert walk_through("README.md") == walk_through("README.zh-CN.md")
