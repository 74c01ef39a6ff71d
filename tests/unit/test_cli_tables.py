"""Tables: aligned by what is seen, readable in a pipe and at 80 columns."""

from __future__ import annotations

import io
import sys

import pytest
from rich.cells import cell_len

from starter.cli import tables
from starter.cli.tables import Column

COLUMNS = (Column("demand"), Column("unit"), Column("text", share=1))
ROWS = [
    ["AN-1-001", "市供电局", "请协调供电部门加快接入。" * 20],
    ["AN-1-002", "安宁产业园区党工委", "line one\nline two"],
]


class Terminal(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    tables.table(COLUMNS, ROWS)
    return terminal.getvalue().splitlines()


def test_a_pipe_gets_aligned_columns_without_colour_or_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables.table(COLUMNS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "\x1b" not in "".join(lines)
    assert not set("".join(lines)) & set("─│┃━┏")
    starts = {
        cell_len(line[: line.index(cell)])
        for line, cell in zip(lines, ("内容", "请协调", "line one line two"), strict=True)
    }
    assert len(starts) == 1
    assert lines[1].endswith("…")


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_gets_a_line_a_row_within_its_width(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = on_terminal(monkeypatch, width)
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)
    assert "AN-1-001" in lines[2]


def test_a_column_without_content_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    tables.table(COLUMNS, [["AN-1-001", "", "x"]])
    assert "责任单位" not in capsys.readouterr().out
