"""What reading a workbook gives: good rows, bad rows with all their problems, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field

from domain.values import Chain, Contact, Enterprise, Urgency, Value, unprintable
from runtime.text import text

SEEN_LIMIT = 200  # characters of a cell that a listing shows; the rejects file has all of it


class RowCode(StrEnum):
    """What can be wrong with a row. Texts: `row.<code>` and, how to mend it, `row.<code>_mend`."""

    MISSING = "missing"
    TEXT_EMPTY = "text_empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    FORMULA = "formula"
    ERROR_VALUE = "error_value"
    ENTERPRISE_UNKNOWN = "enterprise_unknown"
    ENTERPRISE_AMBIGUOUS = "enterprise_ambiguous"
    ENTERPRISE_DIFFERS = "enterprise_differs"
    CHAIN_UNKNOWN = "chain_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    URGENCY_UNKNOWN = "urgency_unknown"
    DATE_UNCLEAR = "date_unclear"
    DATE_IMPOSSIBLE = "date_impossible"
    PHONE_UNCLEAR = "phone_unclear"
    DUPLICATE_ROW = "duplicate_row"
    HEADER_MISSING = "header_missing"
    SHEET_MISSING = "sheet_missing"
    SHEET_TWICE = "sheet_twice"
    COLUMN_MISSING = "column_missing"
    CODE_UNSAFE = "code_unsafe"
    CODE_DUPLICATE = "code_duplicate"
    NAME_DUPLICATE = "name_duplicate"
    REFERENCE_UNKNOWN = "reference_unknown"
    ROLE_UNKNOWN = "role_unknown"
    YES_NO_UNCLEAR = "yes_no_unclear"
    USCC_LENGTH = "uscc_length"
    USCC_FORMAT = "uscc_format"
    USCC_CHECKSUM = "uscc_checksum"


class WarningCode(StrEnum):
    """What a person should look at on a row that is good all the same. Texts: `row.<code>`."""

    CHAIN_DIFFERS = "chain_differs"
    NAME_DIFFERS = "name_differs"
    URGENCY_READ_AS = "urgency_read_as"
    INVISIBLE_REMOVED = "invisible_removed"


class NoteCode(StrEnum):
    """Why a row, column or sheet was passed over. Texts: `row.<code>`."""

    ABOVE_HEADER = "above_header"
    HEADER_REPEATED = "header_repeated"
    TOTAL_ROW = "total_row"
    REMARK_ROW = "remark_row"
    HEADING_ROW = "heading_row"
    NOTHING_FILLED = "nothing_filled"
    COLUMN_IGNORED = "column_ignored"
    SHEET_EMPTY = "sheet_empty"
    SHEET_WITHOUT_HEADER = "sheet_without_header"
    LEFT_OUT = "left_out"


class Problem(Value):
    """One thing wrong in one column, in words, with the way to mend it."""

    code: RowCode
    column: str
    message: str
    mend: str
    field: str = Field(default="", exclude=True, repr=False)

    @classmethod
    def of(cls, code: RowCode, column: str, field: str = "", **facts: object) -> Self:
        """A problem with its texts in the language of this process."""
        return cls(
            code=code,
            column=column,
            field=field,
            message=text(f"row.{code.value}", column=column, **facts),
            mend=text(f"row.{code.value}_mend", column=column, **facts),
        )


class PlacedProblem(Problem):
    """A problem together with the sheet and the row as Excel counts; row 0 is the whole sheet."""

    sheet: str
    row: int

    @classmethod
    def at(cls, sheet: str, row: int, problem: Problem) -> Self:
        """The problem with its place."""
        return cls(sheet=sheet, row=row, **problem.model_dump())


class RowWarning(Value):
    """Something to look at on a good row."""

    code: WarningCode
    column: str
    message: str

    @classmethod
    def of(cls, code: WarningCode, column: str, **facts: object) -> Self:
        """A warning with its text in the language of this process."""
        message = text(f"row.{code.value}", column=column, **facts)
        return cls(code=code, column=column, message=message)


class GoodRow(Value):
    """A row that can become a demand."""

    sheet: str
    row: int
    row_hint: int | None = None
    enterprise: Enterprise
    chain: Chain
    category: str
    urgency: Urgency = Urgency.GENERAL
    text: str
    raised_on: date | None = None
    contact: Contact = Contact()
    remark: str = ""
    warnings: tuple[RowWarning, ...] = ()


class TypedRow(Value):
    """A row as a person types it, a text for each field; "" where nothing was typed.

    The enterprise by its name or its code.
    """

    enterprise: str = ""
    chain: str = ""
    category: str = ""
    urgency: str = ""
    text: str = ""
    raised_on: str = ""
    contact: str = ""
    phone: str = ""
    remark: str = ""


class BadRow(Value):
    """A row that cannot start, with everything that is wrong with it.

    `labels` and `contents` are the columns and cells in full, for the rejects workbook; `typed` is
    what a person who mends the row begins with.
    """

    sheet: str
    row: int
    code: RowCode
    message: str
    problems: tuple[Problem, ...]
    cells: dict[str, str]
    labels: tuple[str, ...] = Field(exclude=True, repr=False)
    contents: tuple[str, ...] = Field(exclude=True, repr=False)
    typed: TypedRow = Field(default=TypedRow(), exclude=True, repr=False)

    @classmethod
    def of(
        cls,
        sheet: str,
        row: int,
        problems: Sequence[Problem],
        labels: Sequence[str],
        contents: Sequence[str],
        typed: TypedRow | None = None,
    ) -> Self:
        """A bad row whose code and message are those of its first problem."""
        return cls(
            sheet=sheet,
            row=row,
            code=problems[0].code,
            message=problems[0].message,
            problems=tuple(problems),
            cells={
                label: shortened(content)
                for label, content in zip(labels, contents, strict=True)
                if content
            },
            labels=tuple(labels),
            contents=tuple(contents),
            typed=typed or TypedRow(),
        )


class Note(Value):
    """A row, column or sheet that was passed over, and why; row 0 is the whole sheet."""

    sheet: str
    row: int
    code: NoteCode
    message: str
    seen: str = ""

    @classmethod
    def of(cls, sheet: str, row: int, code: NoteCode, seen: str = "", **facts: object) -> Self:
        """A note with its text in the language of this process."""
        message = text(f"row.{code.value}", **facts)
        return cls(sheet=sheet, row=row, code=code, message=message, seen=shortened(seen))


class ListReading(Value):
    """A demand list as read: every row with content is in exactly one of the three."""

    file: str
    good: tuple[GoodRow, ...] = ()
    bad: tuple[BadRow, ...] = ()
    notes: tuple[Note, ...] = ()


def shortened(content: str, limit: int = SEEN_LIMIT) -> str:
    """The content on one screen: cut with a mark, control characters made visible."""
    cut = content if len(content) <= limit else content[: limit - 1] + "…"
    return "".join(f"[U+{ord(char):04X}]" if unprintable(char) else char for char in cut)
