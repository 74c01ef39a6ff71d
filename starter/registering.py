"""Registering one demand: on the list of its month, unless that list has it already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.calendar import PARK_TIME
from domain.identity import text_key
from ledger.sql import sql
from runtime.settings import Settings
from starter.connections import Connections, of_ledger
from starter.intake import Intake, put_on_list
from starter.workbook.models import GoodRow


@dataclass(frozen=True)
class Registered:
    """What came of it. `started` is False where the list had it; `like` may be the same demand.

    `recorded` is False where the ledger will follow later.
    """

    demand: str
    started: bool
    recorded: bool
    like: tuple[str, ...]


def list_of_month(settings: Settings) -> str:
    """The list for what is registered singly this month."""
    return f"{settings.park}-{datetime.now(PARK_TIME):%Y%m}"


async def register(to: Connections, intake: Intake, row: GoodRow) -> Registered:
    """Put it on the list, unless the list has it: saying it again corrects nothing.

    Raises `CommandRefused`, `SystemUnreachable` or `Unconfirmed`.
    """
    known = await of_ledger(to, lambda: to.pool.fetch(sql("reservations_of_list"), intake.list_id))
    key = (row.enterprise.uscc, text_key(row.text))
    same = next((r for r in known if (r["enterprise"], r["text_key"]) == key), None)
    outcome = await put_on_list(to, intake, [] if same else [row])
    demand = same["demand"] if same else outcome.numbers[row.sheet, row.row]
    for failure in outcome.failed:
        if failure.demand == demand:
            raise failure.error
    like = next((found.like for found in outcome.duplicates if found.demand == demand), ())
    return Registered(demand, demand in outcome.started, demand not in outcome.unrecorded, like)
