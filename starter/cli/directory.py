"""`lianban directory load`: the park's directory from a workbook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from domain.directory import Directory
from ledger.directory import TABLES, Change, ChangeKind, load, read
from runtime.text import text
from starter import words
from starter.cli import output, tables
from starter.cli.app import command, directory_app
from starter.cli.options import Json, option
from starter.cli.session import ledger
from starter.cli.tables import Column
from starter.workbook.directory_book import read_directory

Names = dict[tuple[str, str], str]
"""Names by table and key."""

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
    async with ledger() as pool:
        names = names_of(await read(pool)) | names_of(directory)
        async with pool.acquire() as connection:
            changes = await load(connection, directory)
    if json:
        output.data(as_json(changes))
    else:
        tell(changes, names)
    return output.DONE


def names_of(directory: Directory) -> Names:
    """The name, or the post, of each entry that has one beside its key."""
    found: Names = {}
    for table in TABLES:
        for entry in getattr(directory, table.name):
            name = getattr(entry, "name", None) or getattr(entry, "post", None)
            if name:
                found[table.name, getattr(entry, table.key)] = name
    return found


def tell(changes: list[Change], names: Names | None = None) -> None:
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
        tables.table(COLUMNS, [_cells(change, names or {}) for change in noteworthy])


def _cells(change: Change, names: Names) -> list[str]:
    fields = text("cli.semicolon").join(
        f"{text(f'cli.entry_{name}')} {_shown(before, name)} → {_shown(after, name)}"
        for name, (before, after) in change.fields.items()
    )
    table, kind = text(f"cli.table_{change.table}"), text(f"cli.change_{change.kind}")
    name = names.get((change.table, change.key))
    return [table, kind, words.named(name, change.key) if name else change.key, fields]


def _shown(value: Any, field: str) -> str:
    if isinstance(value, bool):
        return text("cli.yes") if value else text("cli.no")
    if field == "role" and value:
        return text(f"word.{value}")
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
