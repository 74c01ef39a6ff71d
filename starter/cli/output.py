"""Everything the commands print: the exit codes, lines, JSON and refusals. Tables: `tables.py`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from cyclopts import CycloptsError
from rich.console import Console
from rich.text import Text

from runtime.text import text
from starter.cli.explain import Explained, explain
from starter.cli.help import problem_of

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3
INTERRUPTED = 130
"""Exit codes: done; refused or found wanting; wrong usage; system not reachable; Ctrl-C."""

PIPE_WIDTH = 120


class QuietConsole(Console):
    """A console that goes on without its reader: a closed pipe ends no command half-way."""

    def on_broken_pipe(self) -> None:
        """Write to nowhere from now on."""
        self.file = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def console() -> Console:
    """Standard output."""
    return _console(stderr=False)


def error_console() -> Console:
    """Standard error."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    on_terminal = stream is not None and stream.isatty()
    width = None if on_terminal or os.environ.get("COLUMNS", "").isdigit() else PIPE_WIDTH
    return QuietConsole(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)


def say(line: str | Text = "", style: str | None = None) -> None:
    """A line for people on standard output."""
    shown = console()
    shown.print(line, style=style, soft_wrap=not shown.is_terminal)


def warn(line: str) -> None:
    """A line for people on standard error."""
    shown = error_console()
    shown.print(line, style="yellow", soft_wrap=not shown.is_terminal)


def data(payload: Mapping[str, Any]) -> None:
    """The answer of a command with `--json`: one JSON object."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(json.dumps(payload, ensure_ascii=False, indent=2, default=str) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def failure(error: Exception, as_json: bool) -> int:
    """Tell why a command failed; its exit code."""
    explained = explain(error)
    with contextlib.suppress(OSError):  # where nothing can be written, the exit code must do
        if as_json and explained.code != "output_failed":
            data(explained.as_json())
        else:
            problem(explained)
    return explained.exit_code


def problem(explained: Explained) -> None:
    """A sentence, its code, and how to go on."""
    shown = error_console()
    opening = "" if explained.exit_code == USAGE else text("cli.refused")
    lines = [
        Text.assemble((opening, "bold red"), explained.message),
        Text(text("cli.code", code=explained.code), style="dim"),
        *([Text(explained.hint)] if explained.hint else []),
    ]
    for line in lines:
        shown.print(line, soft_wrap=not shown.is_terminal)


def usage_problem(error: CycloptsError) -> None:
    """Wrong usage as JSON."""
    data({"code": "usage", "message": problem_of(error), "facts": {}})
