"""Why a whole workbook cannot be read, as a code, its facts and a sentence for the clerk."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from runtime.text import text
from starter.workbook.models import PlacedProblem


class WorkbookCode(StrEnum):
    """Every reason to refuse a file as a whole; the text is `workbook.<code>`."""

    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    FILE_TOO_LARGE = "file_too_large"
    CONTENT_TOO_LARGE = "content_too_large"
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_FORMAT = "old_format"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_MANY_SHEETS = "too_many_sheets"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MUCH_TEXT = "too_much_text"
    HEADER_UNKNOWN = "header_unknown"
    FILE_UNWRITABLE = "file_unwritable"
    DIRECTORY_INVALID = "directory_invalid"


class WorkbookError(Exception):
    """A workbook that is refused as a whole. `problems` names rows where there are any."""

    def __init__(
        self, code: WorkbookCode, /, problems: Sequence[PlacedProblem] = (), **facts: object
    ) -> None:
        self.code = code
        self.facts = facts
        self.problems = tuple(problems)
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened and what to do, in the language of this process."""
        return text(f"workbook.{self.code.value}", **self.facts)
