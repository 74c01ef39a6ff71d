"""A view of the ledger as a workbook: what the table shows, with its dates, and no more."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import asyncpg
import xlsxwriter

from domain.calendar import PARK_TIME
from domain.values import Role
from runtime.text import text
from starter.workbook.cells import neutralised
from starter.workbook.rejects import fitting

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS: Mapping[str, int] = {
    **{"number": 17, "status": 10, "clock": 10, "due": 17, "urgency": 8, "enterprise": 32},
    **{"unit": 24, "squad": 24, "text": 60, "category": 14, "chain": 24, "list": 14, "turn": 24},
    **{"round": 6, "returns": 8, "raised_on": 12, "listed_at": 17, "since": 17, "changed_at": 17},
}
COLUMNS = tuple(_WIDTHS)
"""The columns in order; each is named by the text `web.export_<column>`."""


def workbook_of(rows: Sequence[asyncpg.Record]) -> bytes:
    """The workbook. Texts stay texts whatever they begin with; dates are dates in the park's time.

    Nothing of what an enterprise wrote in an evaluation is among the columns: it may be sealed.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "valign": "top", "bottom": 1})
        plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        formats = {
            datetime: book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
            int: book.add_format({"valign": "top"}),
        }
        sheet = book.add_worksheet(text("web.nav_desk"))
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDTHS[name])
            sheet.write_string(0, column, text(f"web.export_{name}"), bold)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(_cells(row)):
                match cell:
                    case datetime():
                        local = cell.astimezone(PARK_TIME).replace(tzinfo=None)
                        sheet.write_datetime(line, column, local, formats[datetime])
                    case date():
                        sheet.write_datetime(line, column, cell, formats[date])
                    case int():
                        sheet.write_number(line, column, cell, formats[int])
                    case str() if cell:
                        sheet.write_string(line, column, fitting(neutralised(cell)), plain)
    return content.getvalue()


def _cells(row: asyncpg.Record) -> list[str | int | date | None]:
    runs = row["open"] and row["due_at"] is not None
    status = text(f"word.{row['status']}")
    return [
        row["demand"],
        text("cli.overdue", status=status) if row["overdue"] else status,
        text(f"rules.name_{row['due_clock']}") if runs else None,
        row["due_at"] if runs else None,
        text(f"word.{row['urgency']}"),
        row["enterprise_name"],
        row["unit_name"],
        row["squad_name"],
        row["text"],
        row["category"],
        row["chain_name"],
        row["list_id"],
        _turn(row),
        row["round"],
        row["returns"],
        date.fromisoformat(row["raised_on"]) if row["raised_on"] else None,
        row["listed_at"],
        row["since"],
        row["changed_at"],
    ]


def _turn(row: asyncpg.Record) -> str:
    if row["holder_role"] is None:
        return ""
    if row["asks_extension"]:
        return text("cli.turn_extension")
    match row["holder_role"]:
        case Role.UNIT:
            return row["unit_name"] or ""
        case Role.ENTERPRISE:
            return str(row["enterprise_name"])
        case _:
            return text("cli.turn_bureau", chain=row["chain_name"])
