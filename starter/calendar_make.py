"""Makes `calendars/YYYY.toml` from the `holidays` package: `python -m starter.calendar_make 2027`.

For maintainers (`holidays` is among the development dependencies): run it when the State Council
has published a year and the package knows it, add the notice to `NOTICES`, and compare the file
with the notice line by line; a test compares both with the package day by day.

The package lists days; a notice lists spans. A span is a run of days off, weekends included,
within the year; it is named after the festivals in it, and holds the make-up days worked for it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from domain.calendar import ONE_DAY, WEEKEND, Holiday, YearTable
from starter.calendars import CALENDARS

NOTICES = {
    2024: "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号，2023年10月25日）",
    2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号，2024年11月12日）",
    2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025年11月4日）",
}
UNPUBLISHED = (
    "按《全国年节及纪念日放假办法》（2024年11月修订）推算的法定节假日；"
    "国务院办公厅尚未公布{year}年的安排，不含调休"
)

_SWAPPED = re.compile(r"休息日（由 (\d{4}-\d{2}-\d{2}) 调休）")
_FESTIVALS = {"农历除夕": "春节"}


def make_table(year: int) -> YearTable:
    """The table of a year, provisional where no notice is known."""
    days = _package_days(year)
    worked = {day for day in map(_worked_for, days.values()) if day is not None}
    holidays = tuple(_holiday(run, days) for run in _runs(days.keys(), worked))
    published = year in NOTICES
    return YearTable(
        year=year,
        version=f"{year}.1" if published else f"{year}.0",
        source=NOTICES.get(year, UNPUBLISHED.format(year=year)),
        provisional=not published,
        holidays=holidays,
    )


def as_toml(table: YearTable) -> str:
    """The file of a table."""
    head = [
        "# Made by starter/calendar_make.py; each [[holidays]] is one line of the notice.",
        f"year = {table.year}",
        f'version = "{table.version}"',
        f'source = "{table.source}"',
        f"provisional = {str(table.provisional).lower()}",
    ]
    return "\n".join([*head, *(_holiday_toml(one) for one in table.holidays)]) + "\n"


def main(years: Iterable[str], folder: Path = CALENDARS) -> None:
    """Write the files of these years."""
    for year in years:
        table = make_table(int(year))
        (folder / f"{table.year}.toml").write_text(as_toml(table), encoding="utf-8")


def _package_days(year: int) -> dict[date, str]:
    from holidays import country_holidays  # a development dependency, needed by this tool alone

    return dict(sorted(country_holidays("CN", years=year, language="zh_CN").items()))


def _worked_for(label: str) -> date | None:
    found = _SWAPPED.fullmatch(label)
    return date.fromisoformat(found.group(1)) if found else None


def _runs(off: Iterable[date], worked: set[date]) -> Iterator[list[date]]:
    """Days off in a row, with the weekends beside and between them, within the year."""
    known = set(off)
    year = min(known).year
    run: list[date] = []
    for on in _days_of(year):
        if on in known or (on.isoweekday() in WEEKEND and on not in worked):
            run.append(on)
            continue
        if known & set(run):
            yield run
        run = []
    if known & set(run):
        yield run


def _days_of(year: int) -> Iterator[date]:
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)) // timedelta(days=1)):
        yield date(year, 1, 1) + number * ONE_DAY


def _holiday(run: list[date], days: dict[date, str]) -> Holiday:
    labels = [days[on] for on in run if on in days]
    names = [name for label in labels if _worked_for(label) is None for name in _names(label)]
    worked = sorted(day for day in map(_worked_for, labels) if day is not None)
    return Holiday(
        name="、".join(dict.fromkeys(names)), first=run[0], last=run[-1], work=tuple(worked)
    )


def _names(label: str) -> Iterator[str]:
    for name in label.split("; "):
        plain = name.removesuffix("（补假）")
        yield _FESTIVALS.get(plain, plain)


def _holiday_toml(holiday: Holiday) -> str:
    lines = ["", "[[holidays]]", f'name = "{holiday.name}"']
    lines += [f"first = {holiday.first}", f"last = {holiday.last}"]
    if holiday.work:
        lines.append(f"work = [{', '.join(map(str, holiday.work))}]")
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
