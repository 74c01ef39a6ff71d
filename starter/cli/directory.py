"""`lianban directory load`: the park's directory from a workbook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from ledger.directory import TABLES, Change, ChangeKind, load
from runtime.text import text
from starter.cli import output, tables
from starter.cli.app import command, directory_app
from starter.cli.options import Json, option
from starter.cli.session import ledger
from starter.cli.tables import Column
from starter.workbook.directory_book import read_directory

COLUMNS = (Column("table"), Column("change"), Column("key"), Column("fields", share=1))
KINDS: tuple[ChangeKind, ...] = ("added", "changed", "retired", "restored")


@command(directory_app, "load")
async def load_file(
    file: Annotated[Path, option("directory_file")],
    /,
    *,
    json: Json = False,
) -> int:
    """What is no longer in the workbook is retired, never deleted."""
    directory = read_directory(file)
    async with ledger() as pool, pool.acquire() as connection:
        changes = await load(connection, directory)
    if json:
        output.data(as_json(changes))
    else:
        tell(changes)
    return output.DONE


def tell(changes: list[Change]) -> None:
    """A count by table, and each entry that was not simply added."""
    if not changes:
        output.say(text("cli.directory_same"))
        return
    counts = Counter((change.table, change.kind) for change in changes)
    output.say(text("cli.directory_loaded"), "bold")
    for table in TABLES:
        found = [
            text(
                "cli.change_count", kind=text(f"cli.change_{kind}"), count=counts[table.name, kind]
            )
            for kind in KINDS
            if counts[table.name, kind]
        ]
        if found:
            name = text(f"cli.table_{table.name}")
            output.say(f"  {name}{text('cli.colon')}{text('cli.list_comma').join(found)}")
    noteworthy = [change for change in changes if change.kind != "added"]
    if noteworthy:
        tables.table(COLUMNS, [_cells(change) for change in noteworthy])


def _cells(change: Change) -> list[str]:
    fields = text("cli.semicolon").join(
        f"{name} {_shown(before)} → {_shown(after)}"
        for name, (before, after) in change.fields.items()
    )
    table, kind = text(f"cli.table_{change.table}"), text(f"cli.change_{change.kind}")
    return [table, kind, change.key, fields]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return text("cli.yes") if value else text("cli.no")
    return str(value) if value not in (None, "") else text("cli.empty")


def as_json(changes: list[Change]) -> dict[str, Any]:
    """Counts and changes, for scripts."""
    counts = Counter(change.kind for change in changes)
    return {
        "counts": {kind: counts[kind] for kind in KINDS},
        "changes": [
            {
                "table": change.table,
                "key": change.key,
                "kind": change.kind,
                "fields": {n: {"before": b, "after": a} for n, (b, a) in change.fields.items()},
            }
            for change in changes
        ],
    }
