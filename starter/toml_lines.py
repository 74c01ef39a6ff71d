"""On which line of a TOML file a value stands, for messages; `tomllib` doesn't say.

A scanner of headers and keys, not a parser: it is only asked about files that `tomllib` has read.
Values inside an inline table or an array stand on the line where the key of the whole begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Path = tuple[str | int, ...]

_SEGMENT = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_SEGMENT}(?:\s*\.\s*{_SEGMENT})*"
_HEADER = re.compile(rf"\s*\[(\[?)\s*({_NAME})\s*\]")
_KEY = re.compile(rf"\s*({_NAME})\s*=")
_TOKEN = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\#[^\n]*|[\[\]{}]|"""|\'\'\'''',
    re.DOTALL,
)
_DEPTH = {"[": 1, "{": 1, "]": -1, "}": -1}


class TomlLines:
    """Where each table and key of a TOML text begins."""

    def __init__(self, source: str) -> None:
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        self._here: Path = ()
        for number, statement in _statements(source):
            self._read(number, statement)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the value at that path, or of the nearest one around it; 1 for the file."""
        for length in range(len(path), 0, -1):
            if (found := self._lines.get(tuple(path[:length]))) is not None:
                return found
        return 1

    def _read(self, number: int, statement: str) -> None:
        if header := _HEADER.match(statement):
            self._here = self._table(_names(header.group(2)), many=bool(header.group(1)))
            self._lines[self._here] = number
        elif key := _KEY.match(statement):
            path = self._here
            for name in _names(key.group(1)):
                path = (*path, name)
                self._lines.setdefault(path, number)

    def _table(self, names: Sequence[str], *, many: bool) -> Path:
        path: Path = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            if many and depth == len(names) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
        return path


def _names(dotted: str) -> list[str]:
    return [found.strip("\"'") for found in re.findall(_SEGMENT, dotted)]


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """Each header or key with its value, however many lines it takes, and its first line."""
    lines = source.splitlines()
    at = 0
    while at < len(lines):
        first, statement = at, lines[at]
        while _unfinished(statement) and at + 1 < len(lines):
            at += 1
            statement += "\n" + lines[at]
        yield first + 1, statement
        at += 1


def _unfinished(statement: str) -> bool:
    depth = 0
    for token in _TOKEN.findall(statement):
        if token in ('"""', "'''"):
            return True
        depth += _DEPTH.get(token, 0)
    return depth > 0
