"""What the sources look like: short files, and no clock, chance or I/O where all must replay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("domain", "workflows", "activities", "ledger", "starter", "audit", "runtime")
SOURCES = [ROOT / "worker.py", *(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))]
DETERMINISTIC = [path for path in SOURCES if path.relative_to(ROOT).parts[0] in PACKAGES[:2]]
MOST_LINES = 450

FORBIDDEN_MODULES = {
    *("os", "io", "sys", "time", "random", "secrets", "uuid", "socket", "pathlib", "tempfile"),
    *("subprocess", "threading", "multiprocessing", "shutil", "urllib", "http", "locale"),
    *("logging", "structlog", "asyncpg"),
}
FORBIDDEN_NAMES = {"open", "input", "print", "eval", "exec", "hash", "id", "__import__"}
FORBIDDEN_ATTRIBUTES = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.fromtimestamp"),
    *("asyncio.sleep", "asyncio.wait", "asyncio.to_thread"),
}
"""asyncio's own timers work in Temporal, but ours is one: the main loop's `wait_condition`."""


def impurities(source: str) -> Iterator[str]:
    """What in a source reads a clock, chance, the environment or a file."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found = {alias.name.split(".")[0] for alias in names}
                yield from (f"import {name}" for name in sorted(found & FORBIDDEN_MODULES))
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                yield f"from {module} import"
            case ast.Name(id=name, ctx=ast.Load()) if name in FORBIDDEN_NAMES:
                yield name
            case ast.Attribute():
                dotted = ".".join(ast.unparse(node).split(".")[-2:])
                if dotted in FORBIDDEN_ATTRIBUTES:
                    yield dotted
            case _:
                pass


@pytest.mark.parametrize("path", DETERMINISTIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_must_replay_reads_no_clock_chance_or_file(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import random", ["import random"]),
        ("import os.path as p", ["import os"]),
        ("from uuid import uuid4", ["from uuid import"]),
        ("from datetime import datetime\nat = datetime.now()", ["datetime.now"]),
        ("import datetime\nat = datetime.datetime.utcnow()", ["datetime.utcnow"]),
        ("with open('x') as f: pass", ["open"]),
        ("at = date.today", ["date.today"]),
        ("at = workflow.now()\nopen = state.open", []),
    ],
)
def test_impurities_are_seen(source: str, found: list[str]) -> None:
    assert list(impurities(source)) == found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_needs_a_table_of_contents(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_sources_are_all_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == {*PACKAGES, "worker.py"}
    assert {path.relative_to(ROOT).parts[0] for path in DETERMINISTIC} == {"domain", "workflows"}
