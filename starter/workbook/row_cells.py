"""The cells of one row by field, each checked before anybody uses it."""

from __future__ import annotations

from domain.values import unprintable
from starter.workbook.cells import (
    CellValue,
    as_seen,
    invisible,
    is_formula_text,
    without_invisible,
)
from starter.workbook.headers import Header
from starter.workbook.models import Problem, RowCode, shortened
from starter.workbook.reading import Row

FORMULA_SHOWN = 60
CONTROL_REACH = 100_000  # a longer text is refused for its length


class RowCells:
    """Reads cells by field and collects what is wrong with them.

    A field with a problem reads as empty; `is_flagged` tells that from a field left empty.
    Direction marks and zero-width characters are a problem; a reader that `removes_invisible` ones
    takes them out and remembers them in `removed`.
    """

    def __init__(
        self, row: Row, header: Header, names: dict[str, str], *, removes_invisible: bool = False
    ) -> None:
        self.row = row
        self.problems: list[Problem] = []
        self.removed: dict[str, tuple[str, ...]] = {}
        self._removes_invisible = removes_invisible
        self._header = header
        self._names = names
        self._flagged: set[str] = set()

    def label(self, name: str) -> str:
        """The field's column as seen, or its usual name where there is no such column."""
        return self._header.label(name, self._names[name])

    def report(self, code: RowCode, name: str, /, **facts: object) -> None:
        """Adds a problem of a field."""
        self._flagged.add(name)
        self.problems.append(Problem.of(code, self.label(name), name, **facts))

    def is_flagged(self, name: str) -> bool:
        """Whether a problem of this field is already known."""
        return name in self._flagged

    def value(self, name: str, limit: int) -> CellValue:
        """The first filled cell of the field, None if there is none or it has a problem."""
        for column in self._header.columns.get(name, ()):
            if self._is_filled(column):
                if not self._is_sound(name, column, limit):
                    return None
                value = self.row.value(column)
                return without_invisible(value) if isinstance(value, str) else value
        return None

    def text(self, name: str, limit: int) -> str:
        """The field as text."""
        if self.value(name, limit) is None:
            return ""
        columns = self._header.columns[name]
        return next(filter(None, (self._content(column) for column in columns)), "")

    def joined(self, name: str, limit: int) -> str:
        """The texts of all columns of the field, one below the other, none twice."""
        texts: list[str] = []
        for column in sorted(self._header.columns.get(name, ())):
            if not self._is_filled(column) or not self._is_sound(name, column, limit):
                continue
            content = self._content(column)
            if content and content not in texts:
                texts.append(content)
        whole = "\n".join(texts)
        if len(whole) > limit and not self.is_flagged(name):
            self.report(RowCode.TOO_LONG, name, length=len(whole), limit=limit)
        return "" if self.is_flagged(name) else whole

    def result(self, name: str) -> str:
        """The field unchecked, a formula by its last result: only for what nothing depends on."""
        columns = self._header.columns.get(name, ())
        return as_seen(self.row.value(columns[0])).strip() if columns else ""

    def _content(self, column: int) -> str:
        return without_invisible(self.row.seen(column)).strip()

    def _is_filled(self, column: int) -> bool:
        seen = self.row.seen(column)
        return bool(seen.strip() or unprintable(seen))

    def _is_sound(self, name: str, column: int, limit: int) -> bool:
        content, seen = self._content(column), self.row.seen(column)[:CONTROL_REACH]
        if column in self.row.formulas or is_formula_text(content):
            self.report(RowCode.FORMULA, name, seen=shortened(content, FORMULA_SHOWN))
            return False
        if column in self.row.errors:
            self.report(RowCode.ERROR_VALUE, name)
            return False
        hidden = invisible(seen)
        strange = unprintable(without_invisible(seen))
        if hidden and self._removes_invisible:
            self.removed[name] = tuple(dict.fromkeys((*self.removed.get(name, ()), *hidden)))
        elif hidden and strange is None:
            strange = hidden[0]
        if strange is not None:
            self.report(RowCode.CONTROL_CHARACTER, name, character=f"U+{ord(strange):04X}")
        if len(content) > limit:
            self.report(RowCode.TOO_LONG, name, length=len(content), limit=limit)
        return strange is None and len(content) <= limit
