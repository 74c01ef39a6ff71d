"""The layers of design.md, section 3: who may import whom, checked by import-linter."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER: dict[str, Any] = PROJECT["tool"]["importlinter"]
PACKAGES = ("domain", "workflows", "activities", "ledger", "starter", "audit", "runtime", "web")


def lint_imports(where: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of `where/pyproject.toml`, over the packages in `where`."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources alone, to be changed."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in ("worker.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def test_every_contract_holds() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(LINTER['contracts'])} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("domain/values.py", "import ledger", "domain imports nothing of ours"),
        ("domain/values.py", "import asyncpg", "the domain speaks to no engine"),
        ("ledger/sql.py", "import starter.gateway", "ledger imports domain only"),
        ("workflows/demand.py", "import worker", "nobody imports the composition root"),
    ],
)
def test_a_forbidden_import_is_found(copy: Path, module: str, line: str, contract: str) -> None:
    source = copy / module
    source.write_text(f"{source.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [found for found in done.stdout.splitlines() if found.endswith("BROKEN")]
    assert any(found.startswith(contract) for found in broken), done.stdout


def test_every_package_is_under_the_linter() -> None:
    assert set(LINTER["root_packages"]) == set(PACKAGES)
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert found == set(PACKAGES)
    bound = {module for contract in LINTER["contracts"] for module in contract["source_modules"]}
    assert bound >= set(PACKAGES)


@pytest.mark.parametrize("name", [*PACKAGES, "worker"])
def test_each_top_level_name_is_ours_alone(name: str) -> None:
    """Our top-level names are generic, so another distribution might bring the same."""
    assert packages_distributions().get(name) == [PROJECT["project"]["name"]]
    spec = importlib.util.find_spec(name)
    assert spec is not None
    where = spec.origin or next(iter(spec.submodule_search_locations or ()))
    assert Path(where).resolve().is_relative_to(ROOT)
