"""The working calendar of a year, as it counts in this park; without an engine, as shipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from domain.calendar import ONE_DAY, Almanac, Calendar, Holiday, YearTable
from runtime.text import text
from starter.cli import output, tables
from starter.cli.app import calendar_app, command
from starter.cli.options import Json, option
from starter.cli.park_calendar import tables_here
from starter.cli.tables import Column
from starter.errors import CommandRefused

HOLIDAYS = (
    Column("holiday"),
    Column("first"),
    Column("last"),
    Column("days", right=True),
    Column("make_up"),
)


@command(calendar_app, "show")
async def show(year: Annotated[int, option("year")], /, *, json: Json = False) -> int:
    """Days off, make-up working days, and the notice that they come from."""
    in_force, whose = await tables_here(quiet=json)
    calendar = in_force.calendar()
    table = Almanac(calendar).table(year)
    if table is None:
        known = text("cli.list_comma").join(str(one.year) for one in calendar.years)
        raise CommandRefused("unknown_year", year=str(year), known=known)
    if json:
        output.data(_as_json(calendar, table) | {"from": whose})
    else:
        _tell(calendar, table)
    return output.DONE


def _tell(calendar: Calendar, table: YearTable) -> None:
    standing = "provisional" if table.provisional else "published"
    output.say(text(f"cli.calendar_{standing}", year=table.year), "bold")
    tables.facts(
        [
            ("f_source", table.source),
            ("f_version", table.version),
            ("f_working_days", str(_working_days(calendar, table.year))),
            ("f_office_hours", text("cli.list_comma").join(calendar.hours)),
        ]
    )
    tables.table(HOLIDAYS, [_cells(holiday) for holiday in table.holidays])


def _cells(holiday: Holiday) -> list[str]:
    days = str(len(tuple(holiday.days_off())))
    return [holiday.name, _day(holiday.first), _day(holiday.last), days, _days(holiday.work)]


def _day(on: date) -> str:
    return f"{on.isoformat()} {text(f'deadline.weekday_{on.isoweekday()}')}"


def _days(days: Iterable[date]) -> str:
    return text("cli.list_comma").join(_day(on) for on in days)


def _working_days(calendar: Calendar, year: int) -> int:
    almanac = Almanac(calendar)
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = (first + number * ONE_DAY for number in range((after - first).days))
    return sum(almanac.works(on) for on in days)


def _as_json(calendar: Calendar, table: YearTable) -> dict[str, Any]:
    counted = {"working_days": _working_days(calendar, table.year)}
    return table.model_dump(mode="json") | counted | {"office_hours": calendar.hours}
