"""Calendars that a test makes for the days around it, so that it holds on any day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from domain.calendar import PARK_TIME

DAY = timedelta(days=1)


def today() -> date:
    """The park's date."""
    return datetime.now(PARK_TIME).date()


def days_from_now(count: int) -> list[date]:
    """The next days, tomorrow first."""
    return [today() + DAY * n for n in range(1, count + 1)]


def year_file(
    folder: Path, year: int, version: str, off: Iterable[date] = (), provisional: bool = False
) -> Path:
    """The file of a year in which these days are holidays, and no others."""
    path = folder / version / f"{year}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"year = {year}",
        f'version = "{version}"',
        'source = "test"',
        f"provisional = {str(provisional).lower()}",
    ]
    days = [day for day in off if day.year == year]
    lines += [] if days else ["holidays = []"]
    for day in days:
        lines += ["[[holidays]]", 'name = "休"', f"first = {day}", f"last = {day}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def year_files(folder: Path, number: int, off: Iterable[date] = ()) -> list[Path]:
    """Files of this year and the next: holidays soon after Christmas reach into both."""
    days, year = list(off), today().year
    return [year_file(folder, y, f"{y}.{number}", days) for y in (year, year + 1)]


def office_file(folder: Path, version: str, *hours: str) -> Path:
    """A file of office hours."""
    path = folder / f"{version}.toml"
    listed = ", ".join(f'"{span}"' for span in hours)
    path.write_text(
        f'version = "{version}"\nsource = "test"\nhours = [{listed}]\n', encoding="utf-8"
    )
    return path
