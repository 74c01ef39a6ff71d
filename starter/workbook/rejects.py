"""The bad rows as a workbook that can be mended and read again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from starter.workbook.cells import neutralised
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.headers import label_key
from starter.workbook.list_columns import OUR_COLUMNS
from starter.workbook.models import BadRow, ListReading

CELL_LIMIT = 32_767  # Excel's own
COLUMN_WIDTH, WIDE_COLUMN = 18, 48
SHEET_NAME_LIMIT = 31

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_rejects(path: Path, reading: ListReading) -> None:
    """Writes the bad rows to a file."""
    content = rejects_workbook(reading)
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as failed:
        raise WorkbookError(WorkbookCode.FILE_UNWRITABLE, file=str(path)) from failed


def rejects_workbook(reading: ListReading) -> bytes:
    """The bad rows, a sheet for each kind of header, with what is wrong and how to mend it.

    All cells are text; nothing that a spreadsheet would execute is written.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for name, rows in _sheets(reading.bad):
            sheet = workbook.add_worksheet(name)
            kept = _kept_columns(rows[0].labels)
            labels = [*(rows[0].labels[at] for at in kept), *OUR_COLUMNS]
            _write_line(sheet, 0, labels, bold)
            for line, bad in enumerate(rows, start=1):
                _write_line(sheet, line, _contents(bad, kept), plain)
            sheet.set_column(0, len(labels) - 1, COLUMN_WIDTH)
            sheet.set_column(len(labels) - 2, len(labels) - 1, WIDE_COLUMN)
            sheet.freeze_panes(1, 0)
    return content.getvalue()


def _sheets(bad: Sequence[BadRow]) -> Iterable[tuple[str, list[BadRow]]]:
    groups: dict[tuple[str, tuple[str, ...]], list[BadRow]] = {}
    for row in bad:
        groups.setdefault((row.sheet, row.labels), []).append(row)
    taken: set[str] = set()
    for (sheet, _), rows in groups.items():
        yield _free_name(sheet, taken), rows


def _free_name(wanted: str, taken: set[str]) -> str:
    allowed = _NOT_IN_A_NAME.sub("_", wanted).strip("'") or "Sheet"
    name, count = allowed[:SHEET_NAME_LIMIT], 1
    while name.casefold() in taken:
        count += 1
        name = f"{allowed[: SHEET_NAME_LIMIT - 5]}({count})"
    taken.add(name.casefold())
    return name


def _kept_columns(labels: Sequence[str]) -> list[int]:
    return [at for at, label in enumerate(labels) if label_key(label) not in OUR_COLUMNS]


def _contents(bad: BadRow, kept: Sequence[int]) -> list[str]:
    problems = "\n".join(problem.message for problem in bad.problems)
    mends = "\n".join(dict.fromkeys(problem.mend for problem in bad.problems))
    return [*(bad.contents[at] for at in kept), bad.sheet, str(bad.row), problems, mends]


def _write_line(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, contents: Sequence[str], style: object
) -> None:
    for column, content in enumerate(contents):
        if content:
            sheet.write_string(line, column, fitting(neutralised(content)), style)


def fitting(content: str) -> str:
    """As much of a text as a cell holds, and that it was more."""
    if len(content) <= CELL_LIMIT:
        return content
    mark = f"…（已截断，原文共 {len(content)} 字）"
    return content[: CELL_LIMIT - len(mark)] + mark
