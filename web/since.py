"""What happened to a demand since somebody looked, and whether it matters to what they do."""

from __future__ import annotations

from collections.abc import Iterable

from domain.actors import Actor
from domain.sealing import seal_event, sealed_from
from ledger import reads
from ledger.pool import Pool
from web import demand_view
from web.demand_view import Happening, urges
from web.viewer import demand_of


async def since_then(pool: Pool, actor: Actor, demand: str, seen: int) -> list[Happening]:
    """What was done to a demand after the event `seen`, as this person may read it."""
    stored = await demand_of(pool, actor, demand)
    sealed = sealed_from(actor, stored.state)
    found = []
    for row in await reads.events(pool, demand):
        if row["seq"] > seen:
            event = demand_view.event_of(row)
            shown = seal_event(event) if sealed and event is not None else event
            found.append(demand_view.happening(demand, row, shown, stored.state.plan))
    return found


def blocking(since: Iterable[Happening]) -> bool:
    """Whether a form that was filled in before all this is to be looked at again.

    A reminder that came meanwhile is no reason to stop whoever does what it reminds of.
    """
    return any(not urges(one) for one in since)
