"""What the pages of an uploaded list show: its rows in groups, a page of one at a time."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.directory import Directory
from domain.values import Urgency
from ledger.pool import Pool
from runtime.text import text
from starter.cli.explain import explain
from starter.intake import possible_duplicates
from starter.upload_start import Became, became, problem_of
from starter.uploads import Checked, Upload, demands_of
from starter.workbook.lookup import Lookup
from starter.workbook.mending import Place, typed_again
from starter.workbook.models import BadRow, GoodRow, NoteCode, Problem, TypedRow
from starter.workbook.urgency import read_urgency

GROUPS = ("bad", "good", "out", "notes", "outcome")
A_PAGE = 30
NAMES_OFFERED = 2_000
"""More enterprises than that are typed without suggestions: the page would carry them all."""


@dataclass(frozen=True)
class RowForm:
    """A row with its cells as inputs; `good` is what it says now, if it is good."""

    place: Place
    id: str
    typed: TypedRow
    problems: tuple[Problem, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    mended: bool = False
    good: GoodRow | None = None

    def problems_of(self, field: str) -> list[Problem]:
        """What is wrong with one field."""
        return [one for one in self.problems if one.field == field]

    @property
    def elsewhere(self) -> list[Problem]:
        """What is wrong with no field that has an input."""
        return [one for one in self.problems if one.field not in TypedRow.model_fields]


def counts_of(checked: Checked) -> dict[str, int]:
    """How many rows there are of each group."""
    reading = checked.reading
    out = sum(note.code is NoteCode.LEFT_OUT for note in reading.notes)
    start = checked.upload.start
    became_count = len(became(start["outcome"])) if start else 0
    return {
        "bad": len(reading.bad),
        "good": len(reading.good),
        "out": out,
        "notes": len(reading.notes) - out,
        "outcome": became_count,
    }


def group_to_show(checked: Checked, wanted: str) -> str:
    """The group asked for, or what needs somebody first."""
    if wanted in GROUPS:
        return wanted
    return "bad" if checked.reading.bad else "good"


async def facts_of(pool: Pool, checked: Checked, wanted: str, number: int) -> dict[str, Any]:
    """All that the page shows of the rows; `number` counts the pages of the group from 1."""
    group = group_to_show(checked, wanted)
    rows = _rows(checked, group)
    pages = max(1, -(-len(rows) // A_PAGE))
    number = min(max(1, number), pages)
    shown = rows[(number - 1) * A_PAGE : number * A_PAGE]
    like = await possible_duplicates(pool, shown) if group == "good" else {}
    demands = demands_of(checked.upload)
    return {
        "upload": checked.upload,
        "counts": counts_of(checked),
        "group": group,
        "rows": shown,
        "like": {
            place: tuple(d for d in ids if d != demands.get(place)) for place, ids in like.items()
        },
        "demands": demands,
        "to_start": sum((row.sheet, row.row) not in demands for row in checked.reading.good),
        "page_number": number,
        "pages": pages,
        "good_rows": {(row.sheet, row.row): row for row in checked.reading.good},
        **options_of(checked.directory),
    }


def _rows(checked: Checked, group: str) -> Sequence[Any]:
    reading, start = checked.reading, checked.upload.start
    match group:
        case "bad":
            return [form_of_bad(checked, row) for row in reading.bad]
        case "good":
            return reading.good
        case "out":
            return [note for note in reading.notes if note.code is NoteCode.LEFT_OUT]
        case "notes":
            return [note for note in reading.notes if note.code is not NoteCode.LEFT_OUT]
        case _:
            return [Shown(one) for one in became(start["outcome"])] if start else []


@dataclass(frozen=True)
class Shown:
    """What became of a row, in words."""

    row: Became

    @property
    def why(self) -> str:
        """Why it failed."""
        return explain(self.row.error).message if self.row.error else ""


def tally_of(upload: Upload) -> dict[str, int]:
    """How many rows became what."""
    found = Counter(one.what for one in became(upload.start["outcome"] if upload.start else None))
    return {what: found[what] for what in ("started", "amended", "unchanged", "ended", "failed")}


def problem_shown(upload: Upload) -> str:
    """Why starting it ended before it could begin, in words."""
    error = problem_of(upload.start["problem"]) if upload.start else None
    return explain(error).message if error else ""


def form_of_bad(checked: Checked, row: BadRow) -> RowForm:
    """A bad row, to be mended."""
    place = (row.sheet, row.row)
    mended = place in checked.mends.typed
    typed = checked.mends.typed.get(place, row.typed)
    cells = () if mended else tuple(row.cells.items())
    return RowForm(place, row_id(place), typed, row.problems, cells, mended)


def form_of(checked: Checked, place: Place) -> RowForm | None:
    """Any row that is good or bad, with its cells; None where there is no such row."""
    for bad in checked.reading.bad:
        if (bad.sheet, bad.row) == place:
            return form_of_bad(checked, bad)
    for good in checked.reading.good:
        if (good.sheet, good.row) == place:
            mended = place in checked.mends.typed
            typed = checked.mends.typed.get(place) or typed_again(good)
            return RowForm(place, row_id(place), typed, mended=mended, good=good)
    return None


def row_id(place: Place) -> str:
    """What names a row within a page: a sheet's name may have any character."""
    return f"row-{zlib.crc32(place[0].encode()):x}-{place[1]}"


def options_of(directory: Directory) -> dict[str, Any]:
    """What a mended cell can be chosen from; the present value comes first if it isn't known."""
    lookup = Lookup(directory)
    names = [entry.name for entry in directory.enterprises]

    def known(field: str, seen: str) -> str:
        match field:
            case "category":
                return lookup.category(seen) or ""
            case "chain":
                found = lookup.chain(seen)
                return found.name if found else ""
            case _:
                urgency = read_urgency(seen)
                return urgency.value if urgency else ""

    return {
        "enterprises": names if len(names) <= NAMES_OFFERED else [],
        "choices": {
            "category": [(one, one) for one in lookup.categories],
            "chain": [(one, one) for one in lookup.chains],
            "urgency": [(one.value, text(f"word.{one.value}")) for one in Urgency],
        },
        "known": known,
    }
