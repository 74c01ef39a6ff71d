"""The page of one demand, and its fragments that live pages fetch anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.open_acts import open_acts
from domain.sealing import SeenEvent, seal_event, sealed_from
from ledger import reads
from ledger.pool import Pool
from web import demand_view
from web.act_fields import FIELDS, GRAVE
from web.pages.act_form import form_facts
from web.render import page
from web.soon import soon
from web.viewer import SignedIn, demand_of, house, pool_of

router = APIRouter()
BLOCKS = frozenset({"standing", "story", "other_acts"})


@router.get("/demands/{demand}")
async def show(request: Request, viewer: SignedIn, demand: str, block: str = "") -> Response:
    """The whole page, or the fragment that a live page asks for."""
    pool, now = pool_of(request), datetime.now(UTC)
    facts = await facts_of(pool, viewer.actor, demand, now)
    acts = facts["acts"]
    if block in BLOCKS:
        return page(request, "demand.html", block=block, **facts)
    resolver = await house(request).gateway.resolver()
    first = (
        form_facts(acts[0], viewer.actor, facts["state"], facts["seq"], resolver) if acts else None
    )
    return page(request, "demand.html", first=first, live=f"/live?demand={demand}", **facts)


@router.get("/demands/{demand}/moved")
async def moved(request: Request, viewer: SignedIn, demand: str, seen: int) -> Response:
    """What happened since a form was opened, to show above it."""
    pool = pool_of(request)
    stored = await demand_of(pool, viewer.actor, demand)
    since = await since_then(pool, viewer.actor, demand, seen)
    facts: dict[str, Any] = {"state": stored.state, "seen": seen, "since": since}
    return page(request, "act_form.html", block="moved", **facts)


async def facts_of(pool: Pool, actor: Actor, demand: str, now: datetime) -> dict[str, Any]:
    """All that the page shows to this person. Raises `NotFound`."""
    stored = await demand_of(pool, actor, demand)
    sealed = sealed_from(actor, stored.state)
    acts = [kind for kind in open_acts(actor, stored.state, now) if kind in FIELDS]
    state = stored.state
    rows = await reads.events(pool, demand)
    events: list[SeenEvent | None] = [demand_view.event_of(row) for row in rows]
    if sealed:
        events = [seal_event(event) if event else None for event in events]
    readable = [event for event in events if event is not None]
    return {
        "state": state,
        "seq": stored.seq,
        "sealed": sealed,
        "path": demand_view.path_of(state),
        "deadlines": demand_view.deadlines_of(state, readable, now, await soon(pool, now)),
        "story": [
            demand_view.happening(row, event, state.plan)
            for row, event in reversed(list(zip(rows, events, strict=True)))
        ],
        "custody": demand_view.custody_of(state, now),
        "more_facts": demand_view.more_facts(state, now),
        "acts": acts,
        "grave": GRAVE,
    }


async def since_then(
    pool: Pool, actor: Actor, demand: str, seen: int
) -> list[demand_view.Happening]:
    """What others did to a demand after the event `seen`, as this person may read it."""
    stored = await demand_of(pool, actor, demand)
    sealed = sealed_from(actor, stored.state)
    found = []
    for row in await reads.events(pool, demand):
        if row["seq"] > seen:
            event = demand_view.event_of(row)
            shown = seal_event(event) if sealed and event is not None else event
            found.append(demand_view.happening(row, shown, stored.state.plan))
    return found
