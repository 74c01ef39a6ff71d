"""The tree of commands and how one is added: `@command(app, "claim")`.

A command is an async function that gives its exit code, or None for 0. Its help is the text
`help.<name>`, its example `help.<name>_example`.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import ParamSpec

import cyclopts

from runtime.text import text
from starter.cli.help import Formatter, usage_error

FIRST = ("up", "status", "directory", "account", "list", "demand")
"""What help shows before the acts, which come in the order in which they are added."""

_order = itertools.count()
P = ParamSpec("P")
Command = Callable[P, Awaitable[int | None]]


def _new(name: str, shown: str) -> cyclopts.App:
    made = cyclopts.App(
        name=name,
        help=shown,
        help_format="plaintext",
        help_formatter=Formatter(),
        error_formatter=usage_error,
        version_flags=[],
        group_commands=cyclopts.Group(text("cli.group_commands")),
        group_arguments=cyclopts.Group(text("cli.group_arguments")),
        group_parameters=cyclopts.Group(text("cli.group_options")),
        result_action="return_value",
        suppress_keyboard_interrupt=False,
        sort_key=(FIRST.index(name) if name in FIRST else len(FIRST), next(_order)),
    )
    made["--help"].help = text("cli.help_flag")
    return made


def _with_example(shown: str, key: str) -> str:
    lines = text(key).splitlines()
    example = text("cli.example", example="\n".join(f"  {line}" for line in lines))
    return f"{shown}\n\n{example}"


def group(name: str, example: str) -> cyclopts.App:
    """Add a command that has commands of its own; `example` is the text that its help shows."""
    made = _new(name, _with_example(text(f"help.{_key(name)}"), example))
    app.command(made)
    return made


def _key(name: str) -> str:
    return name.replace("-", "_")


def command(
    parent: cyclopts.App, name: str, key: str | None = None
) -> Callable[[Command[P]], Command[P]]:
    """Add the decorated function to `parent` as the command `name`.

    `key` is that of its texts where they are not in `help.toml`: `audit.replay` stands for the
    help `audit.replay` and the example `audit.replay_example`.
    """
    prefix = "" if parent is app else f"{parent.name[0]}_"
    texts = key or f"help.{_key(prefix + name)}"

    def add(function: Command[P]) -> Command[P]:
        made = _new(name, _with_example(text(texts), f"{texts}_example"))
        made.default(function)
        parent.command(made)
        return function

    return add


app = _new("lianban", text("help.lianban"))
app.version = version("lianban")
app.version_flags = ("--version",)
app["--version"].help = text("cli.version_flag")
directory_app = group("directory", "help.directory_load_example")
account_app = group("account", "help.account_list_example")
list_app = group("list", "help.list_check_example")
demand_app = group("demand", "help.demand_list_example")
message_app = group("message", "help.message_list_example")
policy_app = group("policy", "help.policy_check_example")
calendar_app = group("calendar", "help.calendar_show_example")
channel_app = group("channel", "help.channel_check_example")
link_app = group("link", "help.link_make_example")
slip_app = group("slip", "help.slip_assignment_example")
audit_app = group("audit", "audit.verify_example")
_LATE = (policy_app, calendar_app, channel_app, link_app, slip_app, audit_app)
for _rank, _late in enumerate(_LATE):
    _late.sort_key = (len(FIRST) + 1, _rank)
