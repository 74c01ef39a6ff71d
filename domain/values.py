"""The words of the field as types: statuses, roles, references, texts and instants.

A reference (`Unit`, `Squad`, `Chain`, `Enterprise`, `Person`) carries the name beside the code, so
that a demand's history can be read years later without any directory.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticCustomError


class Value(BaseModel):
    """Base of every stored model: immutable, tolerant of fields it does not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")


SINCE_FORMAT = "since_format"


def since(version: int, default: Any) -> Any:
    """A field that a later format added, with the default that older chains have.

    In a chain of an older format it is written only where it differs from that default, so the
    canonical bytes of every older event stay what they were (`domain.chain` sees to it).
    """
    return Field(default=default, json_schema_extra={SINCE_FORMAT: version})


def instant_text(instant: datetime) -> str:
    """The one way an instant is written: UTC, always six digits of a second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


LAST_YEAR = 9998
_YEARS = range(1900, LAST_YEAR + 1)
"""What can be written, moved between zones and counted on from without leaving the calendar."""


def _utc(instant: datetime) -> datetime:
    if instant.year not in _YEARS:
        raise PydanticCustomError("year_out_of_range", "the year is out of range")
    return instant.astimezone(UTC)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_utc),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
]


Day = Annotated[date, Field(ge=date(_YEARS[0], 1, 1), le=date(_YEARS[-1], 12, 31))]
"""A day that somebody promises something for."""


_FORBIDDEN = {"Cc", "Cs"}
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Bidirectional embeddings, overrides and isolates: they reverse what follows them on a screen."""


def unprintable(text: str) -> str | None:
    """The first character that has no place in a text a person wrote, or None."""
    for char in text:
        if char in _TURNING or (char not in "\n\t" and unicodedata.category(char) in _FORBIDDEN):
            return char
    return None


def _printable(text: str) -> str:
    found = unprintable(text)
    if found is not None:
        raise ValueError(f"control character U+{ord(found):04X}")
    return text


def _one_newline(text: Any) -> Any:
    """Browsers and Windows send two characters for a line's end; here it is always one."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


Plain = Annotated[str, AfterValidator(_printable)]
"""A code or name that the ledger can hold: no control characters, nothing that isn't UTF-8."""

ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
    BeforeValidator(_one_newline),  # last in the list, first to run
]
LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000),
    AfterValidator(_printable),
    BeforeValidator(_one_newline),  # last in the list, first to run
]
OptionalText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(_printable),
    BeforeValidator(_one_newline),  # last in the list, first to run
]


class Status(StrEnum):
    """Where a demand stands. Pause and overdue are facts about a status, not statuses."""

    LISTED = "listed"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen to the demand."""
        return self in _ENDED


_ENDED = frozenset({Status.CLOSED, Status.REJECTED, Status.MERGED, Status.WITHDRAWN})


class Role(StrEnum):
    """What an account is for. `secretary` is not a role: it follows from the unit and the chain."""

    BUREAU = "bureau"
    UNIT = "unit"
    SQUAD = "squad"
    LEADER = "leader"
    ENTERPRISE = "enterprise"
    AUDITOR = "auditor"
    ADMIN = "admin"
    OPERATOR = "operator"  # whoever runs the command line on the machine itself
    CLOCK = "clock"  # the workflow's own timer


class Right(StrEnum):
    """With what right somebody acted; kept in each event for the auditor."""

    BUREAU = "bureau"
    SECRETARY = "secretary"
    LEAD_UNIT = "lead_unit"
    CO_HANDLER = "co_handler"
    SQUAD_CAPTAIN = "squad_captain"
    SQUAD_MEMBER = "squad_member"
    CHAIN_LEADER = "chain_leader"
    COMMITTEE = "committee"
    ENTERPRISE = "enterprise"
    ON_BEHALF = "on_behalf"
    OPERATOR = "operator"
    CLOCK = "clock"


class Urgency(StrEnum):
    """一般, 紧急, 重大, in rising order."""

    GENERAL = "general"
    URGENT = "urgent"
    MAJOR = "major"


class Outcome(StrEnum):
    """What the unit says came of it. Never merged into one "done"."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED = "explained"
    NOT_NOW = "not_now"


class Unit(Value):
    """A department of the joint committee (责任单位)."""

    code: Plain
    name: Plain


class Squad(Value):
    """A party members' squad (突击队)."""

    code: Plain
    name: Plain


class Chain(Value):
    """An industry chain (产业链)."""

    code: Plain
    name: Plain


class Enterprise(Value):
    """An enterprise, by its unified social credit code (统一社会信用代码)."""

    uscc: Plain
    name: Plain


class Person(Value):
    """An account with the post it stands for and where it belongs; never a private name."""

    account: Plain
    post: Plain
    unit: Plain | None = None
    squad: Plain | None = None


class Contact(Value):
    """Whom to call at the enterprise."""

    name: OptionalText = ""
    phone: OptionalText = ""


MOST_ATTACHMENTS = 9
"""How many files one act may bring."""

FileName = Annotated[
    str, StringConstraints(min_length=1, max_length=120), AfterValidator(_printable)
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Attachment(Value):
    """附件: a file as it is stored, addressed by the SHA-256 of its content.

    `name` is what its uploader called it; `size` is in bytes; an image has `width` and `height`.
    """

    sha256: Sha256
    name: FileName
    media_type: Plain
    size: int = Field(ge=1)
    width: int | None = None
    height: int | None = None


class SourceRow(Value):
    """Where a listed demand was read from: the workbook, its sheet and the row as Excel counts."""

    file: Plain
    sheet: Plain
    row: int
