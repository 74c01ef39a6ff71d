"""An .xlsx file as sheets of rows, numbered as Excel numbers them, merged ranges filled down."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from domain.values import unprintable
from starter.workbook.archive import Package, file_content, package_of
from starter.workbook.cells import CellValue, as_seen, without_mark
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.markup import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    BrokenMarkup,
    SheetMarkup,
    StringBudget,
    WorkbookMap,
    read_map,
    scan_sheet,
    string_lengths,
)
from starter.workbook.models import shortened

SHEET_LIMIT = 100
HEADING_WIDTH = 3  # a cell merged over so many columns is a title or a heading, not a value

Merge = tuple[tuple[int, int], tuple[int, int]]
Grid = list[list[CellValue]]


@dataclass(frozen=True)
class Row:
    """A row with content. Columns count from 0; `own` are those filled in this very row."""

    number: int
    values: tuple[CellValue, ...]
    own: frozenset[int]
    formulas: dict[int, str] = field(default_factory=dict)
    errors: frozenset[int] = frozenset()
    is_heading: bool = False

    def value(self, column: int) -> CellValue:
        """What the cell holds, or None beyond the last one; for a formula its last result."""
        return self.values[column] if column < len(self.values) else None

    def seen(self, column: int) -> str:
        """The cell as text; a formula shows itself and not its result."""
        if column in self.formulas:
            return self.formulas[column]
        return "#N/A" if column in self.errors else as_seen(self.value(column))

    def first_seen(self) -> str:
        """The row's first own cell as text."""
        return self.seen(min(self.own)).strip()

    def all_seen(self) -> str:
        """The row's own cells as one line."""
        return " | ".join(self.seen(column).strip() for column in sorted(self.own))


@dataclass(frozen=True)
class Sheet:
    """A worksheet: only rows that have content of their own."""

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Workbook:
    """All worksheets of a file, hidden ones included."""

    file: str
    sheets: tuple[Sheet, ...]
    counts_from_1904: bool = False


def read_workbook(path: Path) -> Workbook:
    """The workbook at `path`; a `WorkbookError` for whatever is not a sound .xlsx file."""
    return workbook_of(file_content(path), path.name)


def workbook_of(content: bytes, file: str) -> Workbook:
    """The workbook that `content` is; a `WorkbookError` for whatever is not a sound .xlsx file."""
    package = package_of(content, file)
    try:
        return _read_package(package, _shown(file))
    except WorkbookError:
        raise
    except (BrokenMarkup, CalamineError, KeyError, ValueError, OverflowError, OSError) as broken:
        raise WorkbookError(WorkbookCode.DAMAGED, file=file) from broken
    except BaseException as panicked:
        if type(panicked).__name__ == "PanicException":
            raise WorkbookError(WorkbookCode.DAMAGED, file=file) from None
        raise


def _read_package(package: Package, file: str) -> Workbook:
    layout = read_map(package.parts["xl/workbook.xml"], package.parts["xl/_rels/workbook.xml.rels"])
    if len(layout.sheets) > SHEET_LIMIT:
        raise WorkbookError(WorkbookCode.TOO_MANY_SHEETS, file=file, limit=SHEET_LIMIT)
    markups = _scanned(package, layout)
    with CalamineWorkbook.from_filelike(package.rebuilt()) as workbook:
        sheets = tuple(_sheets(workbook, markups))
    return Workbook(file, sheets, layout.counts_from_1904)


def _scanned(package: Package, layout: WorkbookMap) -> dict[str, SheetMarkup]:
    shared = package.parts.get("xl/sharedstrings.xml")
    strings = StringBudget(string_lengths(shared) if shared else array("L"))
    return {
        sheet.name: scan_sheet(package.parts[sheet.part], sheet.name, strings)
        for sheet in layout.sheets
        if sheet.part in package.parts
    }


def _sheets(workbook: CalamineWorkbook, markups: dict[str, SheetMarkup]) -> Iterator[Sheet]:
    for index, metadata in enumerate(workbook.sheets_metadata):
        if metadata.typ is SheetTypeEnum.WorkSheet:
            content = workbook.get_sheet_by_index(index)
            rows = tuple(_rows(content, markups[metadata.name]))
            yield Sheet(
                _shown(metadata.name),
                rows,
                metadata.visible is not SheetVisibleEnum.Visible,
            )


def _shown(name: str) -> str:
    """A name that is still told from others, with what cannot be printed made visible."""
    return shortened(name, len(name))


def _rows(content: CalamineSheet, markup: SheetMarkup) -> Iterator[Row]:
    grid = _grid(content, markup)
    own = [frozenset(_filled(values)) for values in grid]
    merges = content.merged_cell_ranges or []
    headings = _wide_starts(merges)
    formulas = _by_row(markup.formulas)
    errors = _by_row(dict.fromkeys(markup.errors, ""))
    own = [
        mine | formulas.get(index, {}).keys() | errors.get(index, {}).keys()
        for index, mine in enumerate(own)
    ]
    _fill_down(grid, merges, formulas, errors)
    for index, (values, mine) in enumerate(zip(grid, own, strict=True)):
        if mine:
            yield Row(
                number=index + 1,
                values=tuple(values),
                own=mine,
                formulas=formulas.get(index, {}),
                errors=frozenset(errors.get(index, {})),
                is_heading=len(mine) == 1 and (index, min(mine)) in headings,
            )


def _grid(content: CalamineSheet, markup: SheetMarkup) -> Grid:
    grid: Grid = [
        [_plain(value) for value in values] for values in content.to_python(skip_empty_area=False)
    ]
    height = max((row for row, _ in (*markup.formulas, *markup.errors)), default=0)
    width = len(grid[0]) if grid else 0
    grid.extend([None] * width for _ in range(height - len(grid)))
    return grid


def _plain(value: CellValue) -> CellValue:
    if not isinstance(value, str):
        return value
    return without_mark(value) if value.strip() or unprintable(as_seen(value)) else None


def _filled(values: list[CellValue]) -> Iterator[int]:
    return (column for column, value in enumerate(values) if value is not None)


def _by_row(cells: dict[tuple[int, int], str]) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), content in cells.items():
        rows.setdefault(row - 1, {})[column - 1] = content
    return rows


def _wide_starts(merges: list[Merge]) -> frozenset[tuple[int, int]]:
    return frozenset(start for start, end in merges if end[1] - start[1] + 1 >= HEADING_WIDTH)


def _fill_down(grid: Grid, merges: list[Merge], *marks: dict[int, dict[int, str]]) -> None:
    cells_left = ROW_LIMIT * COLUMN_LIMIT
    for (top, left), (bottom, _) in merges:
        if top < len(grid) and left < len(grid[top]):
            covered = range(top + 1, min(bottom + 1, len(grid)))
            cells_left -= len(covered)
            if cells_left < 0:
                raise BrokenMarkup("merged ranges that overlap")
            for row in (row for row in covered if grid[row][left] is None):
                grid[row][left] = grid[top][left]
                for mark in marks:
                    _copy_mark(mark, top, row, left)


def _copy_mark(mark: dict[int, dict[int, str]], top: int, row: int, column: int) -> None:
    if column in mark.get(top, {}):
        mark.setdefault(row, {})[column] = mark[top][column]
