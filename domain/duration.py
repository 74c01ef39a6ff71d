"""Durations as people write them: `30s`, `60m`, `4wh`, `24h`, `7d`, `10wd`.

A whole number without leading zeros, at once followed by its measure; nothing else. Each measure
has its own way to pass (`domain.clock`), so durations are neither added nor compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from domain.fault import Fault

MOST = 9999
"""The largest count of any measure."""

_WRITTEN = re.compile(r"([0-9]+)([A-Za-z]+)", re.ASCII)


class Measure(StrEnum):
    """What is counted. ("Unit" is a department here.)"""

    SECONDS = "s"
    MINUTES = "m"
    HOURS = "h"
    WORKING_HOURS = "wh"
    DAYS = "d"
    WORKING_DAYS = "wd"


class DurationFault(StrEnum):
    """What can be wrong with a written duration. Its sentence is `duration.<code>`."""

    NOT_TEXT = "not_text"
    UNREADABLE = "unreadable"
    UNKNOWN_MEASURE = "unknown_measure"
    LEADING_ZERO = "leading_zero"
    OUT_OF_RANGE = "out_of_range"


class DurationError(Fault):
    """A text that is no duration; `text` is what was written."""

    def __init__(self, fault: DurationFault, text: str) -> None:
        super().__init__(f"duration.{fault.value}", text=text)
        self.fault = fault
        self.text = text


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of a measure, from 1 to `MOST`."""

    count: int
    measure: Measure

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST:
            raise DurationError(DurationFault.OUT_OF_RANGE, str(self))

    def __str__(self) -> str:
        return f"{self.count}{self.measure.value}"

    @property
    def length(self) -> timedelta:
        """How long it is: elapsed time for s, m and h, office time for wh.

        Days are counted, not measured: asking for their length is a mistake of the caller.
        """
        match self.measure:
            case Measure.SECONDS:
                return timedelta(seconds=self.count)
            case Measure.MINUTES:
                return timedelta(minutes=self.count)
            case Measure.HOURS | Measure.WORKING_HOURS:
                return timedelta(hours=self.count)
            case Measure.DAYS | Measure.WORKING_DAYS:
                raise TypeError(f"{self} is counted in days, it has no length")


@lru_cache(maxsize=1_000)
def parse(text: str) -> Duration:
    """Read a duration; `str` writes it back. Raises `DurationError`, whatever the text is."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise DurationError(DurationFault.UNREADABLE, text)
    digits, letters = found.groups()
    measure = next((one for one in Measure if one.value == letters), None)
    if measure is None:
        raise DurationError(DurationFault.UNKNOWN_MEASURE, text)
    if digits.startswith("0"):
        raise DurationError(DurationFault.LEADING_ZERO, text)
    if len(digits) > len(str(MOST)):
        raise DurationError(DurationFault.OUT_OF_RANGE, text)
    return Duration(int(digits), measure)


def _read(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise DurationError(DurationFault.NOT_TEXT, str(value))
    return parse(value)


Written = Annotated[Duration, PlainValidator(_read), PlainSerializer(str, return_type=str)]
"""A duration as a field: text in files and events, a `Duration` in memory."""
