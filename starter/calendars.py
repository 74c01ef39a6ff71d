"""Calendars are data: a TOML file a year, and one for the office, put together to a `Calendar`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from domain.calendar import Calendar, OfficeHours, YearTable
from domain.fault import Fault
from domain.values import Plain, Value
from starter.toml_file import FileInvalid, FileProblem, read_toml

CALENDARS = Path(__file__).parent.parent / "calendars"
OFFICE_FILE = "office.toml"
_YEAR_FILES = "[0-9][0-9][0-9][0-9].toml"


class Office(Value):
    """When the office is open on a working day. `source` names who decided it."""

    version: Plain
    source: Plain
    hours: tuple[OfficeHours, ...]


def load_year(path: Path) -> YearTable:
    """The table in a file named after its year. Raises `FileInvalid`."""
    table = read_toml(path, YearTable)
    if path.stem.isdecimal() and path.stem != str(table.year):
        raise FileInvalid(path, (FileProblem(1, "year", "calendar.other_year"),))
    return table


def load_office(path: Path) -> Office:
    """The office's hours. Raises `FileInvalid`."""
    office = read_toml(path, Office)
    try:
        compose(office, ())
    except ValidationError as error:
        raise FileInvalid(path, (_of_whole(error),)) from error
    return office


@cache
def load_shipped() -> tuple[Office, tuple[YearTable, ...]]:
    """The office and all years of the shipped folder, read once. Raises `FileInvalid`."""
    return load_office(CALENDARS / OFFICE_FILE), load_years(CALENDARS)


def load_years(folder: Path) -> tuple[YearTable, ...]:
    """The tables of a folder. Raises `FileInvalid`."""
    return tuple(load_year(path) for path in sorted(folder.glob(_YEAR_FILES)))


def load_calendar(folder: Path = CALENDARS) -> Calendar:
    """All years of a folder with its office. Raises `FileInvalid`."""
    return compose(load_office(folder / OFFICE_FILE), load_years(folder))


def compose(office: Office, years: Iterable[YearTable]) -> Calendar:
    """A calendar whose version names the versions of all that it is made of."""
    tables = tuple(sorted(years, key=lambda table: table.year))
    versions = (office.version, *(table.version for table in tables))
    return Calendar(version="+".join(versions), hours=office.hours, years=tables)


def _of_whole(error: ValidationError) -> FileProblem:
    cause = error.errors(include_url=False)[0].get("ctx", {}).get("error")
    assert isinstance(cause, Fault), "an office alone fails by its hours only"
    return FileProblem(1, "hours", cause.key, cause.facts)
