"""Telephone numbers, from whatever stands in the cell: floats, several numbers, a name before."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from starter.workbook.cells import CellValue, as_seen

FEWEST_DIGITS, MOST_DIGITS = 7, 20
CELL_LIMIT = 200

_SCIENTIFIC = re.compile(r"([0-9])\.([0-9]+)E\+?([0-9]{1,2})", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("—–‐‑−_", "-"))
_LEADING_NAME = re.compile(r"([^\W\d_]{2,10}(?:·[^\W\d_]{1,10})*)[\s:,()、/-]*(?=[+0-9(])")
_LABEL = re.compile(
    r"(?:联系电话|办公电话|电话|手机|座机|固话|tel|phone)[号码\s.:]*", re.IGNORECASE
)
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)\s*[0-9]{1,6}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;、/\n|]|或|和|及")
_NUMBER = re.compile(r"\(?\+?[0-9(][0-9().\s-]*")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[0-9]{10})")
_CUT = re.compile(r"(?:(?:00)?86)?(?:1[0-9]{8}|1[3-9][0-9]{5,6}|1[3-9][0-9]{8})")
"""A mobile number that lost digits; no landline begins with 1, only Beijing's without the 0."""
_FRACTION = re.compile(r"[0-9]{7,}\.[0-9]{1,2}")
_ABROAD = re.compile(r"\(?\+(?!86)")


class PhoneUnclear(Exception):
    """No plausible number can be read from the cell."""


@dataclass(frozen=True)
class Phones:
    """The numbers of a cell as one text, and the name that stood before them."""

    numbers: str
    name: str = ""


def read_phones(value: CellValue) -> Phones:
    """The numbers in the cell; raises `PhoneUnclear`."""
    written = unicodedata.normalize("NFKC", as_seen(value)).translate(_DASHES).strip()
    if isinstance(value, bool) or len(written) > CELL_LIMIT:
        raise PhoneUnclear
    scientific = _SCIENTIFIC.fullmatch(written)
    if scientific is not None:
        written = _without_exponent(scientific)
    if written.endswith(".0"):
        written = written.removesuffix(".0")
    if isinstance(value, float) and not value.is_integer():
        raise PhoneUnclear
    written = _LABEL.sub("", written)
    leading = _LEADING_NAME.match(written)
    name = leading[1] if leading else ""
    rest = written[leading.end() :] if leading else written
    pieces = [piece for piece in _SEPARATORS.split(rest) if piece.strip()]
    numbers = [number for piece in pieces for number in _numbers(piece.strip())]
    if not numbers:
        raise PhoneUnclear
    return Phones("、".join(numbers), name)


def _without_exponent(found: re.Match[str]) -> str:
    """The number in full; digits that the notation has dropped cannot be guessed."""
    if len(found[2].rstrip("0")) > int(found[3]) or len(found[2]) < int(found[3]):
        raise PhoneUnclear
    return str(int(Decimal(found[0])))


def _numbers(piece: str) -> list[str]:
    extension = _EXTENSION.search(piece)
    if extension is not None:
        if extension.end() != len(piece):
            raise PhoneUnclear
        number = _number(piece[: extension.start()])
        return [f"{number}转{re.sub(r'[^0-9]', '', extension[0])}"]
    words = piece.split()
    if len(words) > 1 and all(_digit_count(word) >= FEWEST_DIGITS for word in words):
        return [_number(word) for word in words]
    return [_number(piece)]


def _number(written: str) -> str:
    written = written.strip()
    if not _NUMBER.fullmatch(written):
        raise PhoneUnclear
    if not FEWEST_DIGITS <= _digit_count(written) <= MOST_DIGITS:
        raise PhoneUnclear
    digits = re.sub(r"[^0-9]", "", written)
    is_cut = _CUT.fullmatch(digits) and not _ABROAD.match(written)
    if is_cut or _FRACTION.fullmatch(written):
        raise PhoneUnclear
    mobile = _MOBILE.fullmatch(digits)
    if mobile is not None:
        return mobile[1]
    dashed = re.sub(r"[(.\s]", "", written).replace(")", "-")
    return re.sub(r"-+", "-", dashed).strip("-")


def _digit_count(written: str) -> int:
    return sum(char.isdecimal() for char in written)
