"""Workbooks for the reading tests: made by openpyxl, cell by cell, as messy as needed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from domain.directory import ChainEntry, Directory, EnterpriseEntry, RouteEntry
from starter.workbook.demand_list import read_list
from starter.workbook.models import BadRow, GoodRow, ListReading

TODAY = date(2026, 11, 24)
SAMPLES = Path(__file__).parents[2] / "samples"
HEADER = ["序号", "企业名称", "产业链", "需求类别", "紧急程度", "需求内容", "提出日期", "联系电话"]
POWER = "云南裕能新能源电池有限公司"
STEEL = "昆明钢铁集团（安宁）有限责任公司"
POWER_USCC, STEEL_USCC = "91530181MA6K00001D", "91530181MA6K00003K"

DIRECTORY = Directory(
    chains=(
        ChainEntry(
            code="NE",
            name="新能源电池材料产业链",
            committee="",
            lead_enterprise=POWER,
            secretary_unit="U00",
            leader_post="",
        ),
        ChainEntry(
            code="MT",
            name="冶金产业链",
            committee="",
            lead_enterprise=STEEL,
            secretary_unit="U00",
            leader_post="",
        ),
    ),
    routes=(
        RouteEntry(category="用工", unit="U09"),
        RouteEntry(category="用地", unit="U04"),
        RouteEntry(category="物流", unit="U07"),
    ),
    enterprises=(
        EnterpriseEntry(uscc=POWER_USCC, name=POWER, chain="NE"),
        EnterpriseEntry(uscc=STEEL_USCC, name=STEEL, chain="MT"),
    ),
)

Rows = Sequence[Sequence[Any]]


def save(
    path: Path,
    sheets: Mapping[str, Rows],
    merged: Mapping[str, Iterable[str]] | None = None,
    hidden: Iterable[str] = (),
) -> Path:
    """A workbook with these rows; merged ranges and hidden sheets by sheet name."""
    workbook = Workbook()
    for name in workbook.sheetnames:
        del workbook[name]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
        for reference in (merged or {}).get(name, ()):
            sheet.merge_cells(reference)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    workbook.save(path)
    return path


def line(
    text: Any = "需招聘操作工约200名",
    enterprise: Any = POWER,
    chain: Any = None,
    category: Any = "用工",
    urgency: Any = None,
    raised_on: Any = None,
    phone: Any = None,
    order: Any = 1,
) -> list[Any]:
    """A row under `HEADER`."""
    return [order, enterprise, chain, category, urgency, text, raised_on, phone]


def read(path: Path, rows: Rows, **making: Any) -> ListReading:
    """The reading of a workbook with one sheet 需求清单 of these rows."""
    save(path / "list.xlsx", {"需求清单": rows}, **making)
    return read_list(path / "list.xlsx", DIRECTORY, TODAY)


def only_good(reading: ListReading) -> GoodRow:
    """The one good row of a reading without bad ones."""
    assert reading.bad == ()
    (good,) = reading.good
    return good


def only_bad(reading: ListReading) -> BadRow:
    """The one bad row of a reading without good ones."""
    assert reading.good == ()
    (bad,) = reading.bad
    return bad


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A copy of a workbook file with its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target
