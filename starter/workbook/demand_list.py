"""A demand list made by hand, read whole: the good rows, the bad ones and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from domain.directory import Directory
from domain.identity import text_key
from runtime.text import text
from starter.workbook import list_columns as columns
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.headers import (
    Header,
    find_header,
    is_header_again,
    label_key,
    read_header,
    satisfies,
    unlabelled,
)
from starter.workbook.ignoring import looks_like_demand, reason_to_ignore
from starter.workbook.list_rows import ListRow
from starter.workbook.lookup import Lookup
from starter.workbook.mending import Mends, as_row, as_typed
from starter.workbook.models import (
    BadRow,
    GoodRow,
    ListReading,
    Note,
    NoteCode,
    Problem,
    RowCode,
    shortened,
)
from starter.workbook.reading import Row, Sheet, Workbook, read_workbook

SHOWN_SHEETS, SHOWN_ROWS, SHOWN_LINE = 5, 3, 120
_CHINA = timezone(timedelta(hours=8))
EXPECTED_ENTERPRISE = "、".join(
    columns.LIST_COLUMNS[columns.ENTERPRISE].names[:3]
    + columns.LIST_COLUMNS[columns.USCC].names[:1]
)
EXPECTED_DEMAND = "、".join(columns.LIST_COLUMNS[columns.TEXT].names[:6])


def read_list(path: Path, directory: Directory, today: date | None = None) -> ListReading:
    """Reads the demand list at `path`; a `WorkbookError` if it cannot be understood at all.

    `today` bounds the dates that can be meant; without it, the present day in China.
    """
    return check_list(read_workbook(path), directory, today=today)


def check_list(
    workbook: Workbook, directory: Directory, mends: Mends | None = None, today: date | None = None
) -> ListReading:
    """The same of a workbook that is open already, with the rows that people mended in place.

    A mended row is checked where it stands by the same rules; one that was left out is a note.
    """
    day = today or datetime.now(_CHINA).date()
    return _ListReader(workbook, directory, day, mends or Mends()).read()


class _ListReader:
    """Reads sheet by sheet and remembers the demands it has seen."""

    def __init__(self, workbook: Workbook, directory: Directory, today: date, mends: Mends) -> None:
        self._workbook = workbook
        self._mends = mends
        self._lookup = Lookup(directory)
        self._today = today
        self._seen: dict[tuple[str, str], GoodRow] = {}
        self._good: list[GoodRow] = []
        self._bad: list[BadRow] = []
        self._notes: list[Note] = []

    def read(self) -> ListReading:
        """The whole workbook."""
        headers = [
            find_header(sheet.rows, columns.LIST_COLUMNS, columns.REQUIRED)
            for sheet in self._workbook.sheets
        ]
        if not any(headers):
            raise self._header_unknown()
        for sheet, header in zip(self._workbook.sheets, headers, strict=True):
            if header is None:
                self._read_without_header(sheet)
            else:
                self._read_sheet(sheet, header)
        return ListReading(
            file=self._workbook.file,
            good=tuple(self._good),
            bad=tuple(self._bad),
            notes=tuple(self._notes),
        )

    def _read_sheet(self, sheet: Sheet, header: Header) -> None:
        self._note_unknown_columns(sheet, header)
        for row in sheet.rows:
            if row.number < header.first_row:
                self._note(sheet, row, NoteCode.ABOVE_HEADER)
            elif row.number > header.last_row:
                header = self._read_row(sheet, row, header)

    def _read_row(self, sheet: Sheet, row: Row, header: Header) -> Header:
        """Reads a row below a header and gives the header for the rows after it."""
        if is_header_again(row, header, columns.LIST_COLUMNS):
            self._note(sheet, row, NoteCode.HEADER_REPEATED)
            again = read_header(row, columns.LIST_COLUMNS)
            return again if satisfies(again, columns.REQUIRED) else header
        reason = reason_to_ignore(row, header, self._lookup)
        if self._read_by_hand(sheet, row):
            return header
        if reason is not None:
            self._note(sheet, row, reason)
        else:
            self._read_demand(sheet, row, header)
        return header

    def _read_by_hand(self, sheet: Sheet, row: Row) -> bool:
        """Whether a person has mended the row or left it out; if so, it is read."""
        place = (sheet.name, row.number)
        reason, typed = self._mends.left_out.get(place), self._mends.typed.get(place)
        if reason is not None:
            seen = row.all_seen()
            note = Note.of(sheet.name, row.number, NoteCode.LEFT_OUT, seen, reason=reason)
            self._notes.append(note)
        elif typed is not None:
            self._read_demand(sheet, *as_row(typed, row.number))
        return reason is not None or typed is not None

    def _read_demand(self, sheet: Sheet, row: Row, header: Header) -> None:
        reader = ListRow(row, header, self._lookup, self._today, self._workbook.counts_from_1904)
        good = reader.read(sheet.name)
        if good is None:
            self._bad.append(_bad_row(sheet, row, header, reader.problems))
            return
        earlier = self._seen.setdefault((good.enterprise.uscc, text_key(good.text)), good)
        if earlier is good:
            self._good.append(good)
            return
        label = header.label(columns.TEXT)
        repeats = Problem.of(RowCode.DUPLICATE_ROW, label, sheet=earlier.sheet, row=earlier.row)
        self._bad.append(_bad_row(sheet, row, header, (repeats,)))

    def _read_without_header(self, sheet: Sheet) -> None:
        if not sheet.rows:
            self._notes.append(Note.of(sheet.name, 0, NoteCode.SHEET_EMPTY))
            return
        demands = [
            row for row in sheet.rows if not sheet.hidden and looks_like_demand(row, self._lookup)
        ]
        problem = Problem.of(
            RowCode.HEADER_MISSING, "", enterprise=EXPECTED_ENTERPRISE, demand=EXPECTED_DEMAND
        )
        passed_over = [row for row in sheet.rows if row not in demands]
        unread = [row for row in demands if not self._read_by_hand(sheet, row)]
        self._bad.extend(_bad_row(sheet, row, None, (problem,)) for row in unread)
        if passed_over:
            seen = passed_over[0].all_seen()
            count = len(passed_over)
            self._notes.append(
                Note.of(sheet.name, 0, NoteCode.SHEET_WITHOUT_HEADER, seen, count=count)
            )

    def _note(self, sheet: Sheet, row: Row, code: NoteCode) -> None:
        self._notes.append(Note.of(sheet.name, row.number, code, row.all_seen()))

    def _note_unknown_columns(self, sheet: Sheet, header: Header) -> None:
        filled = {at for row in sheet.rows if row.number > header.last_row for at in row.own}
        unknown = [
            label
            for at, label in enumerate(header.labels)
            if at in filled - header.used() and label_key(label) not in columns.OUR_COLUMNS
        ]
        if unknown:
            code, seen = NoteCode.COLUMN_IGNORED, "、".join(unknown)
            self._notes.append(Note.of(sheet.name, header.first_row, code, seen))

    def _header_unknown(self) -> WorkbookError:
        sheets = self._workbook.sheets[:SHOWN_SHEETS]
        seen = "\n".join(line for sheet in sheets for line in _first_lines(sheet))
        return WorkbookError(
            WorkbookCode.HEADER_UNKNOWN,
            file=self._workbook.file,
            seen=seen,
            enterprise=EXPECTED_ENTERPRISE,
            demand=EXPECTED_DEMAND,
        )


def _first_lines(sheet: Sheet) -> Iterator[str]:
    if not sheet.rows:
        yield text("row.sheet_line_empty", sheet=sheet.name)
    for row in sheet.rows[:SHOWN_ROWS]:
        content = shortened(row.all_seen(), SHOWN_LINE).replace("\n", " ")
        yield text("row.sheet_line", sheet=sheet.name, row=row.number, content=content)


def _bad_row(
    sheet: Sheet, row: Row, header: Header | None, problems: tuple[Problem, ...]
) -> BadRow:
    labels = header.labels if header is not None else ()
    labels = (*labels, *unlabelled(len(row.values))[len(labels) :])
    contents = [row.seen(column) for column in range(len(labels))]
    typed = as_typed(row, header) if header is not None else None
    return BadRow.of(sheet.name, row.number, problems, labels, contents, typed)
