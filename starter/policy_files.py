"""Rule sets are data: TOML files of format 2, checked by line, explained in sentences."""

from __future__ import annotations

from pathlib import Path

from domain.rules import Rules
from starter.toml_file import FileInvalid, FileProblem, read_toml


def load_rules(path: Path) -> Rules:
    """The rule set in a file. Raises `FileInvalid` with every mistake by line and key."""
    return read_toml(path, Rules)


def check_rules(path: Path) -> tuple[FileProblem, ...]:
    """The mistakes in a file, by line; none where it can be used."""
    try:
        load_rules(path)
    except FileInvalid as invalid:
        return invalid.problems
    return ()
