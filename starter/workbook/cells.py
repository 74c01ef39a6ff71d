"""One cell's content as text: as a person sees it, harmless to write, honest about formulas."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

CellValue = str | bool | int | float | date | datetime | time | timedelta | None

_STARTERS = frozenset("=+-@")
_REFUSED_STARTERS = frozenset("=@")
_NEUTRAL_MARK = "'"
_EXCHANGE = re.compile(r"\w\s*\|\s*'[^']*'\s*!", re.ASCII)
_COMMAND = re.compile(
    r"[=+\-@]\s*(cmd|powershell|mshta|rundll32|regsvr32|msexcel|dde)\s*[|(]",
    re.ASCII | re.IGNORECASE,
)
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_REMOVED = frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
) | frozenset(map(chr, (0x200B, 0x2060, 0xFEFF)))
_REMOVING = dict.fromkeys(map(ord, _REMOVED))
_INTEGER_REACH = 10**20
_REACH = 1_000  # far more than a name or a formula's beginning; keeps long texts cheap


def as_seen(value: CellValue) -> str:
    """The cell as text, without a float's `.0`, with plain line breaks."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < _INTEGER_REACH:
            return str(int(value))
        case datetime():
            return _instant_as_seen(value)
        case date():
            return value.isoformat()
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n")
        case _:
            return str(value)


def _instant_as_seen(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")


def is_formula_text(content: str) -> bool:
    """Whether a text would act when a spreadsheet takes it for a formula, and says no more."""
    start = unicodedata.normalize("NFKC", content[:_REACH]).strip()
    if start[:1] in _REFUSED_STARTERS and start:
        return True
    return bool(_COMMAND.match(start) or _EXCHANGE.search(start))


def neutralised(content: str) -> str:
    """The content, marked where a spreadsheet could take it for a formula."""
    return _NEUTRAL_MARK + content if _could_start_formula(content) else content


def without_mark(content: str) -> str:
    """The content as it was before `neutralised`."""
    marked = content.startswith(_NEUTRAL_MARK) and _could_start_formula(content[1:])
    return content[1:] if marked else content


def _could_start_formula(content: str) -> bool:
    start = unicodedata.normalize("NFKC", content[:_REACH].strip()[:1])
    return start in _STARTERS


def invisible(content: str) -> tuple[str, ...]:
    """The characters that change how a text looks or compares without being seen, none twice."""
    return tuple(dict.fromkeys(char for char in content if char in _REMOVED))


def without_invisible(content: str) -> str:
    """The content without direction marks and zero-width characters."""
    return content.translate(_REMOVING)


def squeezed(content: str) -> str:
    """The beginning of a text, to compare names: NFKC, no spaces, nothing invisible, folded."""
    folded = unicodedata.normalize("NFKC", content[:_REACH]).casefold()
    return "".join(char for char in folded if unicodedata.category(char) not in _INVISIBLE)
