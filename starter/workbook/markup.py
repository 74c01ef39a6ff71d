"""The XML of a workbook, scanned for what the cell reader does not tell: formulas and extents.

Cached results hide a formula, so formulas are found in the markup. A document type declaration is
refused: no workbook has one, and entities are how XML bombs are built.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from starter.workbook.errors import WorkbookCode, WorkbookError

ROW_LIMIT = 20_000
COLUMN_LIMIT = 256
TEXT_LIMIT = 50_000_000  # characters in all cells of a workbook
FORMULA_LIMIT = 8_192  # Excel's own limit for a formula

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_YES = ("1", "true")
_LETTERS = 26

Position = tuple[int, int]
OnStart = Callable[[str, dict[str, str]], None]
OnName = Callable[[str], None]


class BrokenMarkup(Exception):
    """The XML is not what a workbook has."""


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook: its name and the part that holds it."""

    name: str
    part: str


@dataclass(frozen=True)
class WorkbookMap:
    """The sheets in their order, and whether dates count from 1904."""

    sheets: tuple[SheetPart, ...]
    counts_from_1904: bool


@dataclass
class StringBudget:
    """Refuses a workbook with more text than memory, also one huge shared string repeated."""

    lengths: array[int]
    left: int = TEXT_LIMIT

    def spend_shared(self, index: str, sheet: str) -> None:
        """Counts the shared string with this index once more."""
        if not index.strip().isdecimal() or int(index) >= len(self.lengths):
            raise BrokenMarkup(index[:FORMULA_LIMIT])
        self.spend(self.lengths[int(index)], sheet)

    def spend(self, length: int, sheet: str) -> None:
        """Counts so many characters."""
        self.left -= length
        if self.left < 0:
            raise WorkbookError(WorkbookCode.TOO_MUCH_TEXT, sheet=sheet, limit=TEXT_LIMIT)


@dataclass
class SheetMarkup:
    """Formulas and error values of a sheet by (row, column), both counted from 1."""

    formulas: dict[Position, str] = field(default_factory=dict)
    errors: set[Position] = field(default_factory=set)


def column_letters(column: int) -> str:
    """A column's name as Excel shows it: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def position_of(reference: str) -> Position:
    """(row, column) of a reference such as `B7`."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise BrokenMarkup(reference)
    column = 0
    for letter in found[1].upper():
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]), column


def read_map(workbook_xml: bytes, relations_xml: bytes) -> WorkbookMap:
    """Which part holds which sheet."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []
    from_1904 = False

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def on_workbook(tag: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if tag == "workbookPr":
            from_1904 = attributes.get("date1904", "").lower() in _YES
        elif tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), relation))

    _parse(relations_xml, on_relation)
    _parse(workbook_xml, on_workbook)
    parts = tuple(SheetPart(name, _part_path(targets.get(link, ""))) for name, link in sheets)
    return WorkbookMap(parts, from_1904)


def _part_path(target: str) -> str:
    path = target.lower().removeprefix("/")
    return path if path.startswith("xl/") else f"xl/{path}"


def string_lengths(shared_strings_xml: bytes) -> array[int]:
    """How long each shared string is."""
    lengths = array("L")

    def on_start(tag: str, _attributes: dict[str, str]) -> None:
        if tag == "si":
            lengths.append(0)

    def on_text(content: str) -> None:
        if lengths:
            lengths[-1] += len(content)

    _parse(shared_strings_xml, on_start, on_text=on_text)
    return lengths


def scan_sheet(sheet_xml: bytes, sheet: str, strings: StringBudget) -> SheetMarkup:
    """Formulas and error values of a sheet; refuses a sheet that is absurdly large."""
    scanner = _SheetScanner(sheet, strings)
    _parse(sheet_xml, scanner.on_start, scanner.on_end, scanner.on_text)
    return scanner.found


class _SheetScanner:
    """Follows the cells of a worksheet; row and column references may be left out."""

    def __init__(self, sheet: str, strings: StringBudget) -> None:
        self.found = SheetMarkup()
        self._sheet = sheet
        self._strings = strings
        self._row = 0
        self._at: Position = (0, 0)
        self._in_cell = False
        self._is_shared = False
        self._formula: list[str] | None = None
        self._index: list[str] | None = None

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self._row = _row_number(attributes.get("r")) or self._row + 1
            self._at = (self._row, 0)
        elif tag == "c":
            reference = attributes.get("r")
            row, column = self._at
            self._at = position_of(reference) if reference else (row, column + 1)
            self._in_cell = True
            self._is_shared = attributes.get("t") == "s"
            if attributes.get("t") == "e":
                self.found.errors.add(self._at)
        elif self._in_cell and tag in ("v", "is", "f"):
            self._refuse_far_cell()
            if tag == "f":
                self._formula = []
            elif tag == "v" and self._is_shared:
                self._index = []

    def on_text(self, content: str) -> None:
        self._strings.spend(len(content), self._sheet)
        if self._formula is not None:
            self._formula.append(content)
        elif self._index is not None:
            self._index.append(content)

    def on_end(self, tag: str) -> None:
        if tag == "c":
            self._in_cell = False
        elif tag == "f" and self._formula is not None:
            written = "".join(self._formula)[:FORMULA_LIMIT]
            self.found.formulas[self._at] = f"={written}"
            self._formula = None
        elif tag == "v" and self._index is not None:
            self._strings.spend_shared("".join(self._index), self._sheet)
            self._index = None

    def _refuse_far_cell(self) -> None:
        row, column = self._at
        if row > ROW_LIMIT:
            raise WorkbookError(
                WorkbookCode.TOO_MANY_ROWS, sheet=self._sheet, row=row, limit=ROW_LIMIT
            )
        if column > COLUMN_LIMIT:
            raise WorkbookError(
                WorkbookCode.TOO_MANY_COLUMNS,
                sheet=self._sheet,
                cell=f"{column_letters(column)}{row}",
                limit=COLUMN_LIMIT,
            )


def _row_number(written: str | None) -> int:
    if not written:
        return 0
    if not written.isdecimal():
        raise BrokenMarkup(written)
    return int(written[:8])


def _parse(
    content: bytes, on_start: OnStart, on_end: OnName | None = None, on_text: OnName | None = None
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: on_start(_local(tag), attributes)
    if on_end is not None:
        parser.EndElementHandler = lambda tag: on_end(_local(tag))
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as broken:
        raise BrokenMarkup(str(broken)) from broken


def _refuse_doctype(*_declaration: object) -> None:
    raise BrokenMarkup("document type declaration")


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
