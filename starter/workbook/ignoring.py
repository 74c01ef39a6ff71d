"""Rows that are no demands: totals, signatures, headings, blank numbered lines. Each with a reason.

A row that names an enterprise and a demand is never among them.
"""

from __future__ import annotations

import re

from starter.workbook import list_columns as columns
from starter.workbook.cells import squeezed
from starter.workbook.headers import Header
from starter.workbook.lookup import Lookup
from starter.workbook.models import NoteCode
from starter.workbook.reading import Row

_TOTAL = re.compile(r".{0,12}(合计|总计|小计|共计|累计):?[0-9]*[条项件个家]?")
_REMARK = re.compile(
    r"(备注|注|说明|填表说明|备注说明|提示|温馨提示|填表人|填报人|制表人|制表|审核人|审核|审批人"
    r"|负责人|单位负责人|分管领导|联系人|联系电话|填报单位|填表单位|报送单位|填报日期|填表日期|制表日期)"
    r"(\(.{0,10}\))?[0-9]*:.*|[※*].*|(以上|上述).*",
    re.DOTALL,
)
_TOTAL_CELLS = 3  # a total says so at the beginning of its row
_LAYOUT = (columns.ORDER, columns.CHAIN)
_DEMAND_LENGTH = 8


def reason_to_ignore(row: Row, header: Header, lookup: Lookup) -> NoteCode | None:
    """Why the row below a header is not read as a demand, or None when it is."""
    if _names_a_demand(row, header, lookup):
        return None
    opening = [squeezed(row.seen(column)) for column in sorted(row.own)[:_TOTAL_CELLS]]
    if any(_TOTAL.fullmatch(cell) for cell in opening):
        return NoteCode.TOTAL_ROW
    if is_remark(opening[0]):
        return NoteCode.REMARK_ROW
    if row.is_heading:
        return NoteCode.HEADING_ROW
    return _unfilled(row, header)


def is_remark(content: str) -> bool:
    """Whether a cell begins a remark or a signature line rather than a row."""
    return bool(_REMARK.fullmatch(squeezed(content)))


def _names_a_demand(row: Row, header: Header, lookup: Lookup) -> bool:
    named = [_cell(row, header, field) for field in (columns.ENTERPRISE, columns.USCC)]
    if any(lookup.identified(written) for written in named):
        return _fills(row, header) or bool(_cell(row, header, columns.TEXT))
    enterprise = squeezed("".join(named))
    is_layout = _TOTAL.fullmatch(enterprise) or is_remark(enterprise)
    return bool(enterprise and not is_layout and _cell(row, header, columns.TEXT))


def _unfilled(row: Row, header: Header) -> NoteCode | None:
    if _fills(row, header):
        return None
    in_order = row.own <= set(header.columns.get(columns.ORDER, ()))
    counts = squeezed(row.first_seen()).isdecimal()
    return NoteCode.HEADING_ROW if in_order and not counts else NoteCode.NOTHING_FILLED


def _fills(row: Row, header: Header) -> bool:
    """Whether the row itself fills any column that says something of a demand."""
    layout = {column for field in _LAYOUT for column in header.columns.get(field, ())}
    return bool(row.own & (header.used() - layout))


def _cell(row: Row, header: Header, field: str) -> str:
    seen = (row.seen(column).strip() for column in header.columns.get(field, ()))
    return next(filter(None, seen), "")


def looks_like_demand(row: Row, lookup: Lookup) -> bool:
    """Whether a row of a sheet without header names an enterprise and says something more."""
    cells = [row.seen(column).strip() for column in sorted(row.own)]
    known = [cell for cell in cells if _is_known(cell, lookup)]
    enterprises = [cell for cell in known if lookup.identified(cell)]
    told = [cell for cell in cells if cell not in known and len(squeezed(cell)) >= _DEMAND_LENGTH]
    return bool(enterprises and told)


def _is_known(cell: str, lookup: Lookup) -> bool:
    return bool(lookup.identified(cell) or lookup.chain(cell) or lookup.category(cell))
