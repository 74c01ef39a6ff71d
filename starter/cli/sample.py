"""The sample park and its first list, put into an empty ledger at the first start.

`DATA/sample.begun` is there from before the first write until the last demand has started, so an
interrupted first start is finished by the next one, and a ledger of somebody's own is left alone.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg

from ledger.directory import load, read
from ledger.sql import sql
from runtime.text import text
from starter.attachments.depot import depot
from starter.attachments.naming import as_named
from starter.cli.session import operator_here
from starter.cli.up_display import Display
from starter.connections import Connections
from starter.demo.pictures import drawn
from starter.demo.run import tell_all
from starter.intake import Intake, put_on_list
from starter.policies import policy_in_force
from starter.workbook.demand_list import read_list
from starter.workbook.directory_book import read_directory

SAMPLES = Path(__file__).parents[2] / "samples"
DIRECTORY = SAMPLES / "anning-directory.xlsx"
LIST = SAMPLES / "anning-2026q4-demand-list.xlsx"
LIST_ID = "AN-2026Q4"
MEETING = "2026年第四季度联合党委联席会议"


class Sample:
    """Loads the sample in two steps: the directory before the worker runs, the list after.

    `present` says whether the ledger has the sample list.
    """

    def __init__(self, data: Path, display: Display) -> None:
        self._begun = data / "sample.begun"
        self._display = display
        self.present = False

    async def tell_stories(self, to: Connections) -> None:
        """What makes the sample look lived-in, once; only on the sample's own list."""
        told = self._begun.with_name("demo.told")
        if told.exists() or not self.present:
            return
        self._display.begin("demo")
        photos = depot(to.settings, to.pool)

        async def photographed(who: str, what: str) -> list[dict[str, str]]:
            content = await asyncio.to_thread(drawn, what)
            return as_named([await photos.take_in(content, f"{what}.jpg", who)])

        count = await tell_all(
            to, LIST_ID, photographed, lambda n, total: self._display.count("demo", n, total)
        )
        told.touch()
        self._display.finish("demo", text("cli.demand_count", count=count))

    async def load_directory(self, connection: asyncpg.Connection) -> None:
        """Into an empty ledger, or where the last start was interrupted."""
        used = await connection.fetchrow(sql("ledger_used"), LIST_ID)
        assert used is not None
        self.present = used["this_list"]
        if not used["chains"] and not used["lists"]:
            self._begun.touch()
        if not self._begun.exists() or used["chains"]:
            return
        self._display.begin("sample_directory")
        changes = await load(connection, read_directory(DIRECTORY))
        self._display.finish("sample_directory", text("cli.entries", count=len(changes)))

    async def start_list(self, to: Connections) -> None:
        """Every demand that has not started yet."""
        if not self._begun.exists():
            return
        self._display.begin("sample_list")
        reading = read_list(LIST, await read(to.pool))
        policy = policy_in_force(to.settings)
        intake = Intake(LIST_ID, MEETING, operator_here(), policy, LIST.name)
        outcome = await put_on_list(
            to, intake, reading.good, lambda n, total: self._display.count("sample_list", n, total)
        )
        if outcome.failed:
            raise outcome.failed[0].error
        self._display.finish("sample_list", text("cli.demand_count", count=len(reading.good)))
        self._begun.unlink()
        self.present = True
