"""How help and wrong usage look: plain columns without boxes, in the reader's language."""

from __future__ import annotations

from typing import Any

from cyclopts import CycloptsError, Token, exceptions
from cyclopts.help import HelpEntry, HelpPanel
from cyclopts.help.inline_text import InlineText
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from runtime.text import text

NO_DEFAULT = ('""', "False")
"""What goes without saying."""


class Formatter:
    """Renders one help page, panel by panel, as cyclopts asks for it."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """A panel: its title, and a line for each of its entries."""
        if not panel.entries:
            return
        console.print(Text(str(panel.title), style="bold"))
        labels = [_label(entry) for entry in panel.entries]
        column = min(max(cell_len(label) for label in labels), console.width // 2) + 4
        for label, entry in zip(labels, panel.entries, strict=True):
            _print_entry(console, label, _description(entry), column)
        console.print()

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """The line that shows how the command is typed."""
        if usage:
            console.print(Text(text("cli.usage", usage=str(usage).strip()), style="bold"))
            console.print()

    def render_description(
        self, console: Console, options: ConsoleOptions, description: Any
    ) -> None:
        """What the command is for, and its example."""
        shown = _plain(description)
        if shown:
            console.print(shown, soft_wrap=True)
            console.print()


def _print_entry(console: Console, label: str, description: Text, column: int) -> None:
    """The label in its column; the description beside it, or below where the label is long."""
    lines = list(description.wrap(console, max(console.width - column, 20)))
    first = Text("  " + label, style="cyan")
    if cell_len(label) + 4 > column or not lines:
        console.print(first)
    else:
        first.append(" " * (column - first.cell_len))
        console.print(first.append_text(lines.pop(0)))
    for line in lines:
        console.print(Text(" " * column).append_text(line))


def _label(entry: HelpEntry) -> str:
    return " ".join(entry.display_labels_with_metavar)


def _description(entry: HelpEntry) -> Text:
    line = _plain(entry.description)
    if entry.required:
        line.append(text("cli.required"), style="red")
    if entry.default and entry.default not in NO_DEFAULT:
        line.append(text("cli.default", value=entry.default), style="dim")
    return line


def _plain(shown: Any) -> Text:
    """A text of ours as it was before cyclopts wrapped it."""
    if isinstance(shown, InlineText):
        shown = shown.primary_renderable
    line = shown.copy() if isinstance(shown, Text) else Text(str(shown or ""))
    line.rstrip()
    return line


def usage_error(error: CycloptsError) -> Text:
    """What was typed wrong, and where to read how it is typed right."""
    return Text(text("cli.usage_error", problem=problem_of(error), command=_command_of(error)))


def problem_of(error: CycloptsError) -> str:
    """The problem in one sentence."""
    argument = error.argument.name if error.argument else ""
    token = getattr(error, "token", None)
    value = token.value if isinstance(token, Token) else ""
    typed = token.keyword or value if isinstance(token, Token) else ""
    unused = " ".join(error.unused_tokens or ())
    match error:
        case exceptions.UnknownOptionError():
            return text("cli.unknown_option", option=typed)
        case exceptions.UnknownCommandError():
            return text("cli.unknown_command", command=(error.unused_tokens or [""])[0])
        case exceptions.ConsumeMultipleError() | exceptions.MissingArgumentError():
            either = (argument, *(error.argument.negatives if error.argument else ()))
            return text("cli.missing_argument", argument=text("cli.or_bare").join(either))
        case exceptions.CoercionError():
            return text("cli.wrong_value", argument=argument, value=value)
        case exceptions.RepeatArgumentError():
            return text("cli.repeated", argument=argument or typed)
        case exceptions.UnusedCliTokensError():
            return text("cli.unused", tokens=unused)
        case _:
            return str(error)


def _command_of(error: CycloptsError) -> str:
    return " ".join(("lianban", *(error.command_chain or ())))
