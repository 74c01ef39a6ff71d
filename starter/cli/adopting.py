"""`calendar adopt`: a year's table or office hours count from now on; open deadlines follow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from domain.values import instant_text
from runtime.text import text
from starter import words
from starter.adoption import Adopted, Files, adopt
from starter.adoption_sweep import Moved
from starter.cli import output, tables
from starter.cli.app import calendar_app, command
from starter.cli.explain import WrongUsage, explain
from starter.cli.mistakes import refuse
from starter.cli.options import As, Json, option
from starter.cli.progress import counting
from starter.cli.session import session, who
from starter.cli.tables import Column
from starter.toml_file import FileInvalid

MOVED = tuple(Column(key) for key in ("demand", "clock", "due_before", "due_after", "note"))


@command(calendar_app, "adopt")
async def adopting(
    file: Annotated[Path | None, option("calendar_file")] = None,
    /,
    *,
    office: Annotated[Path | None, option("office_file", "--office")] = None,
    incomplete: Annotated[bool, option("incomplete", "--incomplete")] = False,
    dry_run: Annotated[bool, option("dry_run", "--dry-run")] = False,
    as_: As = None,
    json: Json = False,
) -> int:
    """Publish it, revise every open deadline by an event each, and list what moved."""
    if file is None and office is None:
        raise WrongUsage("nothing_to_adopt")
    async with session() as to:
        by = (await to.gateway.resolver()).actor(who(as_, to.settings))
        try:
            files = Files(file, office, incomplete)
            with counting(text("adopt.sweeping"), quiet=json) as progress:
                adopted = await adopt(to, by, files, progress, dry_run)
        except FileInvalid as invalid:
            return refuse(invalid, json)
    if json:
        output.data(_as_json(adopted) | {"dry_run": dry_run})
    else:
        if dry_run:
            output.say(text("adopt.dry_run"), "bold")
        _tell(adopted)
    return max((explain(f.error).exit_code for f in adopted.swept.failed), default=output.DONE)


def _tell(adopted: Adopted) -> None:
    swept = adopted.swept
    if adopted.year is not None:
        standing = "provisional" if adopted.year.provisional else "published"
        output.say(text(f"cli.calendar_{standing}", year=adopted.year.year), "bold")
    tables.facts(
        [
            ("f_version", _now(adopted)),
            ("f_office_hours", text("cli.list_comma").join(adopted.tables.office.hours)),
        ]
    )
    total = swept.already + len(swept.adopted) + len(swept.failed) + swept.left
    counts = {"total": total, "adopted": len(swept.adopted), "already": swept.already}
    output.say(text("adopt.demands", **counts))
    withdrawn = sum(moved.withdrawn for moved in swept.moved)
    output.say(text("adopt.moved", moved=len(swept.moved), withdrawn=withdrawn))
    if swept.moved:
        tables.table(MOVED, [_row(moved) for moved in swept.moved])
    for failure in swept.failed:
        explained = explain(failure.error)
        output.warn(f"{failure.demand}  {explained.message} [{explained.code}]")
    if swept.failed:
        output.warn(text("adopt.left", count=len(swept.failed) + swept.left))
    if swept.unrecorded:
        output.warn(text("cli.not_recorded"))


def _now(adopted: Adopted) -> str:
    """The versions that count now, of the years adopted and after it."""
    first = adopted.year.year if adopted.year else None
    return adopted.tables.calendar(first).version


def _row(moved: Moved) -> list[str]:
    name = text(f"rules.name_{moved.clock.value}")
    clock = words.named(name, moved.subject) if moved.subject else name
    note = text("adopt.withdrawn") if moved.withdrawn else ""
    return [moved.demand, clock, _due(moved.before), _due(moved.after), note]


def _due(instant: datetime | None) -> str:
    return words.deadline(instant) if instant else ""


def _as_json(adopted: Adopted) -> dict[str, Any]:
    swept = adopted.swept
    return {
        "year": adopted.year.year if adopted.year else None,
        "year_version": adopted.year.version if adopted.year else None,
        "office_version": adopted.office.version if adopted.office else None,
        "calendar": adopted.tables.calendar().version,
        "already": swept.already,
        "adopted": swept.adopted,
        "moved": [
            {
                "demand": moved.demand,
                "clock": moved.clock.value,
                "subject": moved.subject,
                "before": instant_text(moved.before) if moved.before else None,
                "after": instant_text(moved.after),
                "overdue_withdrawn": moved.withdrawn,
            }
            for moved in swept.moved
        ],
        "unrecorded": swept.unrecorded,
        "failed": [{"demand": f.demand} | explain(f.error).as_json() for f in swept.failed],
        "left": swept.left,
    }
