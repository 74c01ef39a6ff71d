"""Tables that stay readable: ruled on a terminal, plain aligned columns in a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.text import text
from starter.cli.output import console, say

PIPE_CELL = 60
"""So many columns of a long cell are shown in a pipe; `--json` has all of it."""


@dataclass(frozen=True)
class Column:
    """One column: its title is the text `cli.col_<key>`.

    `share` lets it grow and be cut with a mark; without, it is as wide as its widest cell.
    """

    key: str
    share: int = 0
    right: bool = False
    wrap: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; a column that is empty in every row is left out."""
    used = [n for n in range(len(columns)) if any(row[n] for row in rows)]
    columns, rows = [columns[n] for n in used], [[row[n] for n in used] for row in rows]
    if console().is_terminal:
        _ruled(columns, rows)
    else:
        _aligned(columns, rows)


def steps(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print what happened in order: a table in a pipe; else a line each, the details below.

    The first four columns are number, time, mark and title, the rest details.
    """
    if not console().is_terminal:
        _aligned(columns, rows)
        return
    for number, when, mark, title, *details in rows:
        head = Text.assemble(
            f"{number:>3}  ", (when, "dim"), "  ", (title, "bold"), "  ", (mark, "dim")
        )
        console().print(head)
        by = text("cli.list_comma").join(filter(None, details[:2]))
        for part in filter(None, (by, *details[2:])):
            console().print(Padding(Text(part), (0, 0, 0, 5)))


def _ruled(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    grows = any(column.share for column in columns)
    made = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, expand=grows, show_edge=False
    )
    for column in columns:
        made.add_column(
            text(f"cli.col_{column.key}"),
            ratio=column.share or None,
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
            justify="right" if column.right else "left",
        )
    for row in rows:
        made.add_row(
            *(Text(cell if columns[n].wrap else one_line(cell)) for n, cell in enumerate(row))
        )
    console().print(made)


def _aligned(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    titles = [text(f"cli.col_{column.key}") for column in columns]
    shown = [titles, *(_lines(columns, row) for row in rows)]
    widths = [max(cell_len(row[n]) for row in shown) for n in range(len(columns))]
    for row in shown:
        cells = (set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def _lines(columns: Sequence[Column], row: Sequence[str]) -> list[str]:
    pairs = zip(columns, row, strict=True)
    return [one_line(cell) if column.wrap else _cut(one_line(cell)) for column, cell in pairs]


def one_line(cell: str) -> str:
    """The cell without line breaks."""
    return " ".join(cell.split())


def _cut(cell: str) -> str:
    if cell_len(cell) <= PIPE_CELL:
        return cell
    return set_cell_size(cell, PIPE_CELL - 1).rstrip() + "…"


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Print names (the texts `cli.<key>`) and values, a line each; without the empty ones."""
    named = [(text(f"cli.{key}"), value) for key, value in pairs if value]
    width = max((cell_len(name) for name, _ in named), default=0)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    if not console().is_terminal:
        for name, value in named:
            say(f"{set_cell_size(name, width)}  {one_line(value)}")
        return
    for name, value in named:
        grid.add_row(Text(name, style="dim"), Text(value))
    console().print(grid)
