"""Runs one command line: every outcome becomes an exit code, no error becomes a traceback."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

from runtime import logs
from runtime.temporal import silence_sdk
from runtime.text import text
from starter.cli import output
from starter.cli.app import app
from starter.cli.explain import WrongUsage
from starter.cli.output import DONE, INTERRUPTED, USAGE

COMMANDS = (
    "up",
    "status",
    "directory",
    "accounts",
    "lists",
    "demands",
    "showing",
    "demand_deadlines",
    "acts_bureau",
    "acts_unit",
    "acts_time",
    "acts_leader",
    "acts_enterprise",
    "tasks",
    "custody",
    "messages",
    "policies",
    "trying",
    "calendars",
    "deadlines",
    "channels",
    "adopting",
    "links",
    "slips",
    "audit",
)
"""The modules that add commands to the tree, in the order in which help shows them."""

for _module in COMMANDS:
    importlib.import_module(f"starter.cli.{_module}")


def set_up_process() -> None:
    """Logs to standard error, only what is wrong unless asked; no character stops the output."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    level = os.environ.get("LIANBAN_LOG_LEVEL", "error")
    logs.configure(os.environ.get("LIANBAN_LOG_FORMAT"), level)
    silence_sdk()


def run(tokens: Sequence[str]) -> int:
    """Run the command line and give its exit code: 0, 1, 2 or 3 (130 where interrupted)."""
    as_json = "--json" in tokens
    try:
        if any("\ud800" <= char <= "\udfff" for token in tokens for char in token):
            raise WrongUsage("not_text")
        code = app(
            list(tokens),
            console=output.console(),
            error_console=output.error_console(),
            exit_on_error=False,
            print_error=not as_json,
        )
    except CycloptsError as error:
        if as_json:
            output.usage_problem(error)
        return USAGE
    except KeyboardInterrupt:
        output.warn(text("cli.interrupted"))
        return INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE
    except Exception as error:
        return output.failure(error, as_json)
    return code if isinstance(code, int) else DONE
