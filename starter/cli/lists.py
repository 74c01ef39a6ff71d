"""Demand lists from a workbook: check what it says, then start what is good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from ledger.directory import read
from ledger.pool import Pool
from runtime.text import text
from starter import words
from starter.cli import options, output, tables
from starter.cli.app import command, list_app
from starter.cli.explain import WrongUsage, explain
from starter.cli.options import As, Json, PolicyFile, option
from starter.cli.progress import counting
from starter.cli.session import ledger, session, who
from starter.cli.tables import Column
from starter.intake import Intake, Outcome, put_on_list
from starter.policies import policy_in_force
from starter.workbook.demand_list import read_list
from starter.workbook.models import ListReading
from starter.workbook.rejects import write_rejects

File = Annotated[Path, option("list_file")]
Rejects = Annotated[Path | None, option("rejects", "--rejects")]
BAD = (
    Column("sheet"),
    Column("row", right=True),
    Column("code"),
    Column("problem", share=1, wrap=True),
    Column("mend", share=1, wrap=True),
)
SHOWN_NUMBERS, SHOWN_NOTE = 60, 40


@command(list_app, "check")
async def check(file: File, /, *, rejects: Rejects = None, json: Json = False) -> int:
    """Reads the workbook against the directory; nothing is started."""
    async with ledger() as pool:
        reading = await _read(pool, file, rejects)
    if json:
        output.data(_reading_as_json(reading))
    else:
        _tell_reading(reading, rejects)
        if not reading.bad:
            output.say(text("cli.next", step=text("cli.next_start", file=file)), "dim")
    return output.REFUSED if reading.bad else output.DONE


@command(list_app, "start")
async def start(
    file: File,
    /,
    *,
    list_id: Annotated[str, option("list_id", "--list-id")],
    meeting: Annotated[str, option("meeting", "--meeting")] = "",
    rejects: Rejects = None,
    policy: PolicyFile = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """One demand a good row; bad rows are reported. Running it again finishes what is left."""
    async with session() as to:
        by = (await to.gateway.resolver()).actor(who(as_, to.settings))
        rules = policy_in_force(to.settings, policy)
        reading = await _read(to.pool, file, rejects)
        intake = Intake(options.code(list_id), meeting.strip(), by, rules, file.name)
        with counting(text("cli.starting_list"), quiet=json) as progress:
            outcome = await put_on_list(to, intake, reading.good, progress)
    if json:
        output.data(
            {"list_id": intake.list_id} | outcome_as_json(outcome) | _reading_as_json(reading)
        )
    else:
        _tell_reading(reading, rejects)
        tell_outcome(intake.list_id, outcome)
    failures = [explain(failure.error).exit_code for failure in outcome.failed]
    return max(failures, default=output.REFUSED if reading.bad else output.DONE)


async def _read(pool: Pool, file: Path, rejects: Path | None) -> ListReading:
    """Read the list and write its rejects, before anything else can go wrong."""
    if rejects is not None and _same(file, rejects):
        raise WrongUsage("rejects_is_list", file=str(rejects))
    reading = read_list(file, await read(pool))
    if rejects is not None and reading.bad:
        write_rejects(rejects, reading)
    return reading


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _tell_reading(reading: ListReading, rejects: Path | None) -> None:
    good, bad = len(reading.good), len(reading.bad)
    output.say(text("cli.read_list", file=reading.file, good=good, bad=bad), "bold")
    warnings = [(row, warning) for row in reading.good for warning in row.warnings]
    for row, warning in warnings:
        output.say(
            text("cli.at_row", sheet=row.sheet, row=row.row, message=warning.message), "yellow"
        )
    for note in reading.notes:
        key = "cli.at_row" if note.row else "cli.at_sheet"
        seen = tables.one_line(note.seen)[:SHOWN_NOTE]
        message = words.named(note.message, seen) if seen else note.message
        output.say(text(key, sheet=note.sheet, row=note.row, message=message), "dim")
    if bad:
        output.say(text("cli.bad_rows", count=bad), "bold red")
        tables.table(
            BAD,
            [
                [
                    row.sheet,
                    str(row.row),
                    row.code.value,
                    text("cli.semicolon").join(p.message for p in row.problems),
                    text("cli.semicolon").join(dict.fromkeys(p.mend for p in row.problems)),
                ]
                for row in reading.bad
            ],
        )
        written = text("cli.rejects_written", file=rejects) if rejects else text("cli.rejects_hint")
        output.say(written, "dim")


def _reading_as_json(reading: ListReading) -> dict[str, Any]:
    return reading.model_dump(mode="json")


def tell_outcome(list_id: str, outcome: Outcome) -> None:
    """What became of the rows, by short number."""
    groups = (
        ("started", outcome.started),
        ("amended", outcome.amended),
        ("ended", outcome.ended),
    )
    output.say(text("cli.list_title", list_id=list_id), "bold")
    for duplicate in sorted(outcome.duplicates, key=lambda d: d.demand):
        like = text("cli.list_comma").join(duplicate.like)
        output.say(text("cli.list_duplicate", demand=duplicate.demand, like=like), "yellow")
    for key, demands in groups:
        if demands:
            output.say(text(f"cli.list_{key}", count=len(demands), demands=_numbers(demands)))
    if outcome.unchanged:
        output.say(text("cli.list_unchanged", count=len(outcome.unchanged)))
    for failure in outcome.failed:
        explained = explain(failure.error)
        output.warn(f"{failure.demand}  {explained.message} [{explained.code}]")
    if outcome.failed:
        output.warn(text("cli.list_failed", count=len(outcome.failed)))
    if outcome.unrecorded:
        output.warn(text("cli.not_recorded"))
    if outcome.started:
        output.say(text("cli.next", step=text("cli.next_assign", list_id=list_id)), "dim")


def _numbers(demands: list[str]) -> str:
    shown = text("cli.list_comma").join(demands[:SHOWN_NUMBERS])
    return shown if len(demands) <= SHOWN_NUMBERS else f"{shown} …"


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """What became of the rows, for scripts."""
    return {
        "started": outcome.started,
        "unchanged": outcome.unchanged,
        "amended": outcome.amended,
        "ended": outcome.ended,
        "unrecorded": outcome.unrecorded,
        "possible_duplicates": [
            {"demand": d.demand, "like": list(d.like)} for d in outcome.duplicates
        ],
        "failed": [{"demand": f.demand} | explain(f.error).as_json() for f in outcome.failed],
        "numbers": [
            {"sheet": sheet, "row": row, "demand": demand}
            for (sheet, row), demand in outcome.numbers.items()
        ],
    }
