"""The day a demand was raised, from whatever stands in the cell."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from starter.workbook.cells import CellValue, as_seen

EARLIEST = date(2000, 1, 1)
FURTHEST_AHEAD = timedelta(days=366)

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_FIRST_SERIAL = 10_000  # smaller numbers are years, months or counts, not days since 1900
_LAST_SERIAL = 2_958_465  # 9999-12-31
_DASHES = str.maketrans(dict.fromkeys("—–‐‑−", "-") | {"。": ".", "、": "."})
_TIME = r"(?:[T\s]*(?:上午|下午)?\s*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[分秒]?)?"
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_WRITTEN = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号.]?" + _WEEKDAY + _TIME
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_TEXT = re.compile(r"\d{5}(?:\.\d+)?")


class DateUnclear(Exception):
    """No day can be read from the cell."""


class DateImpossible(Exception):
    """The cell names a day that does not exist or cannot be meant."""


def read_day(value: CellValue, today: date, counts_from_1904: bool = False) -> date:
    """The day in the cell; raises `DateUnclear` or `DateImpossible`."""
    day = _day(value, _EPOCH_1904 if counts_from_1904 else _EPOCH_1900)
    if not EARLIEST <= day <= today + FURTHEST_AHEAD:
        raise DateImpossible(day.isoformat())
    return day


def _day(value: CellValue, epoch: date) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = unicodedata.normalize("NFKC", as_seen(value)).translate(_DASHES).strip()
    found = _COMPACT.fullmatch(written) or _WRITTEN.fullmatch(written)
    if found is not None:
        return _calendar_day(*(int(part) for part in found.groups()))
    if isinstance(value, bool) or not (
        isinstance(value, int | float) or _SERIAL_TEXT.fullmatch(written)
    ):
        raise DateUnclear
    return _day_of_serial(float(written), epoch)


def _calendar_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as impossible:
        raise DateImpossible from impossible


def _day_of_serial(serial: float, epoch: date) -> date:
    if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
        raise DateUnclear
    return epoch + timedelta(days=int(serial))
