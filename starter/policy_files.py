"""Rule sets are data: TOML files of format 1 or 2, with every mistake by line and key."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.policy import Policy
from domain.rules import Rules
from starter.toml_file import read_toml


def read_policy(path: Path) -> Policy | Rules:
    """The rule set in a file. Raises `FileInvalid`, also for a key that the format doesn't know."""
    return read_toml(path, Policy) if _is_of_format_1(path) else read_toml(path, Rules)


def _is_of_format_1(path: Path) -> bool:
    """Format 1 names no format and has no sections; a format 2 that forgot its own has some."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return "format" not in found and not any(isinstance(v, dict | list) for v in found.values())
