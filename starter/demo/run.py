"""Runs the demonstration's stories on the sample list, a few demands at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from domain.directory import Directory, EnterpriseEntry
from domain.values import Chain, Contact, Enterprise
from ledger import directory as directories
from ledger import reads
from ledger.reads import DemandFilter
from starter.connections import Connections
from starter.demo.stories import BUREAU, LATE, PARK, Photographed, Story, Teller
from starter.demo.words import Late, words
from starter.errors import CommandRefused
from starter.intake import Intake, put_on_list
from starter.policies import POLICIES, load_policy
from starter.submissions import Sent, receive
from starter.workbook.models import GoodRow

LATE_LIST = "AN-2026-DEMO"
AT_ONCE = 6

Progress = Callable[[int, int], None]


async def tell_all(
    to: Connections, list_id: str, photographed: Photographed, progress: Progress
) -> int:
    """Tell every story; how many demands there are. Interrupted and run again, it finishes."""
    directory = await directories.read(to.pool)
    late = await _late(to, directory)
    park = await reads.demands(to.pool, DemandFilter(list_id=list_id), limit=len(PARK))
    stories: list[tuple[str, Story]] = [
        *((demand, LATE[one.until]) for demand, one in zip(late, words().late, strict=True)),
        *((row["demand"], story) for row, story in zip(park, PARK, strict=False)),
    ]
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    async def told(demand: str, story: Story) -> None:
        nonlocal done
        async with gate:
            await _tell(to, directory, demand, story, photographed)
        done += 1
        progress(done, len(stories))

    await asyncio.gather(*(told(demand, story) for demand, story in stories))
    for number, one in enumerate(words().submission):
        sent = Sent(one.enterprise, one.category, one.text, one.contact, one.phone)
        await receive(to.pool, f"demo-{number}", sent)
    return len(stories)


async def _tell(
    to: Connections, directory: Directory, demand: str, story: Story, photographed: Photographed
) -> None:
    stored = await reads.demand(to.pool, demand)
    if stored is None or stored.state.status.ended:  # told already
        return
    state = stored.state
    route = next(route for route in directory.routes if route.category == state.category)
    enterprise = f"enterprise:{state.enterprise.uscc}"
    said = words().of(state.category)
    await story(Teller(to.gateway, demand, enterprise, route, said, photographed))


async def _late(to: Connections, directory: Directory) -> list[str]:
    """The demands that nobody sees to, on a list of their own, under rules in seconds."""
    by = (await to.gateway.resolver()).actor(BUREAU)
    intake = Intake(LATE_LIST, "", by, load_policy(POLICIES / "demo.toml"))
    rows = [_row(number, one, directory) for number, one in enumerate(words().late, start=1)]
    outcome = await put_on_list(to, intake, rows)
    if outcome.failed:
        raise outcome.failed[0].error
    return [outcome.numbers[row.sheet, row.row] for row in rows]


def _row(number: int, one: Late, directory: Directory) -> GoodRow:
    entry = _enterprise(directory, one.enterprise)
    chain = next(chain for chain in directory.chains if chain.code == entry.chain)
    return GoodRow(
        sheet="demo",
        row=number,
        enterprise=Enterprise(uscc=entry.uscc, name=entry.name),
        chain=Chain(code=chain.code, name=chain.name),
        category=one.category,
        urgency=one.urgency,
        text=one.text,
        contact=Contact(name="", phone="0871-00000000"),
    )


def _enterprise(directory: Directory, name: str) -> EnterpriseEntry:
    found = next((entry for entry in directory.enterprises if entry.name == name), None)
    if found is None:
        raise CommandRefused("unknown_enterprise", enterprise=name)
    return found
