"""Which calendar a command shows: this park's, or the shipped one where no ledger is at hand."""

from __future__ import annotations

from runtime.text import text
from starter.calendar_in_force import Tables, overlay, tables_in_force
from starter.cli import output
from starter.cli.session import ledger
from starter.errors import SystemUnreachable

PARK, SHIPPED = "park", "shipped"


async def tables_here(quiet: bool = False) -> tuple[Tables, str]:
    """The tables, and whether they are the park's or the shipped ones; the latter is said."""
    try:
        async with ledger() as pool:
            return await tables_in_force(pool), PARK
    except SystemUnreachable:
        if not quiet:
            output.warn(text("adopt.shipped"))
        return overlay(), SHIPPED
