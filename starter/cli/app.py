"""The tree of commands and how one is added: `@command(app, "claim")`.

A command is an async function that gives its exit code, or None for 0. Its help is the text
`cli.<name>`, its example `cli.<name>_example`.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

import cyclopts

from runtime.text import text
from starter.cli.help import Formatter, usage_error

_order = itertools.count()
P = ParamSpec("P")
Command = Callable[P, Awaitable[int | None]]


def _new(name: str, key: str) -> cyclopts.App:
    made = cyclopts.App(
        name=name,
        help=text(key),
        help_format="plaintext",
        help_formatter=Formatter(),
        error_formatter=usage_error,
        version_flags=[],
        group_commands=cyclopts.Group(text("cli.group_commands")),
        group_arguments=cyclopts.Group(text("cli.group_arguments")),
        group_parameters=cyclopts.Group(text("cli.group_options")),
        result_action="return_value",
        suppress_keyboard_interrupt=False,
        sort_key=next(_order),
    )
    made["--help"].help = text("cli.help_flag")
    return made


def _group(name: str) -> cyclopts.App:
    made = _new(name, f"cli.{name}")
    app.command(made)
    return made


def command(
    parent: cyclopts.App, name: str, key: str | None = None
) -> Callable[[Command[P]], Command[P]]:
    """Add the decorated function to `parent` as the command `name`.

    `key` is that of its texts where they are not in `cli.toml`: `audit.replay` stands for the
    help `audit.replay` and the example `audit.replay_example`.
    """
    prefix = "" if parent is app else f"{parent.name[0]}_"
    texts = key or f"cli.{prefix}{name}"

    def add(function: Command[P]) -> Command[P]:
        made = _new(name, texts)
        made.help_epilogue = text("cli.example", example=text(f"{texts}_example"))
        made.default(function)
        parent.command(made)
        return function

    return add


app = _new("lianban", "cli.lianban")
directory_app = _group("directory")
list_app = _group("list")
demand_app = _group("demand")
audit_app = _group("audit")
