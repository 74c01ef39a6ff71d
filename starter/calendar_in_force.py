"""The calendar that counts in this park: the shipped tables, overlaid by those it has adopted.

A demand's calendar begins with the year in which it was listed, because none of its clocks looks
at an earlier day. So all demands of a year are reckoned by one calendar, and the turn of a year
changes nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from domain.calendar import PARK_TIME, Calendar, YearTable
from ledger.pool import Pool
from ledger.sql import sql
from starter.calendars import Office, compose, load_shipped

Source = Pool | asyncpg.pool.PoolConnectionProxy

_VERSION = re.compile(r"(?:office-)?(\d{4})\.(\d{1,6})", re.ASCII)


def rank(version: str) -> tuple[int, int] | None:
    """Which of two versions is the later one; None where it isn't written `2027.1`."""
    found = _VERSION.fullmatch(version)
    return (int(found.group(1)), int(found.group(2))) if found else None


@dataclass(frozen=True)
class Tables:
    """What counts: the office, and one table for each year. `known` are all that there are."""

    office: Office
    years: tuple[YearTable, ...]
    known: tuple[YearTable, ...] = ()
    offices: tuple[Office, ...] = ()

    def calendar(self, first: int | None = None) -> Calendar:
        """Made of all years, or of those from `first` on."""
        return compose(self.office, (t for t in self.years if first is None or t.year >= first))

    def calendar_for(self, listed_at: datetime) -> Calendar:
        """The calendar of a demand that is, or was, listed then."""
        return self.calendar(listed_at.astimezone(PARK_TIME).year)

    def table(self, year: int) -> YearTable | None:
        """What counts for a year."""
        return next((table for table in self.years if table.year == year), None)

    def but(self, years: Iterable[YearTable], office: Office | None = None) -> Tables:
        """These, with those tables in the place of their years, and other hours if there are."""
        chosen = {table.year: table for table in (*self.years, *years)}
        counting = tuple(sorted(chosen.values(), key=lambda table: table.year))
        return Tables(office or self.office, counting)


def overlay(years: Iterable[YearTable] = (), offices: Iterable[Office] = ()) -> Tables:
    """The shipped tables with the adopted ones. Raises `FileInvalid`.

    Of several tables of a year a published one counts before a provisional one, then the later
    version; of equals the adopted one. Office hours are the park's own: its last ones count.
    """
    shipped_office, shipped = load_shipped()
    known = (*shipped, *years)
    chosen: dict[int, YearTable] = {}
    for table in sorted(known, key=lambda t: (not t.provisional, rank(t.version) or (0, 0))):
        chosen[table.year] = table
    hours = (shipped_office, *offices)
    counting = tuple(sorted(chosen.values(), key=lambda table: table.year))
    return Tables(hours[-1], counting, known, hours)


async def tables_in_force(source: Source) -> Tables:
    """What counts now, by the ledger. Raises `FileInvalid`."""
    years = await source.fetch(sql("adopted_years"))
    offices = await source.fetch(sql("adopted_offices"))
    return overlay(
        (YearTable.model_validate_json(row["body"]) for row in years),
        (Office.model_validate_json(row["body"]) for row in offices),
    )


async def calendar_in_force(source: Source, now: datetime | None = None) -> Calendar:
    """The calendar of demands that are listed now. Raises `FileInvalid`."""
    return (await tables_in_force(source)).calendar_for(now or datetime.now(UTC))
