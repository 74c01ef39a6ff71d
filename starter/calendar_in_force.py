"""The calendar that new demands are reckoned by: this year's table and those after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.calendar import PARK_TIME, Calendar, YearTable
from starter.calendars import Office, compose, load_shipped


def calendar_in_force(now: datetime | None = None, adopted: Iterable[YearTable] = ()) -> Calendar:
    """Shipped tables, with the adopted ones in their place.

    Years that are over are left out, because no deadline of a new demand can look at them and
    each demand carries its calendar. Raises `FileInvalid`.
    """
    office, shipped = load_shipped()
    return of_years(office, (*shipped, *adopted), now or datetime.now(UTC))


def of_years(office: Office, tables: Iterable[YearTable], now: datetime) -> Calendar:
    """The calendar of the current year on; of two tables of a year the later one counts."""
    this_year = now.astimezone(PARK_TIME).year
    chosen = {table.year: table for table in tables if table.year >= this_year}
    return compose(office, chosen.values())
