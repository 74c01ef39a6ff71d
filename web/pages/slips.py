"""Slips of a demand: to print from the page, or in Word."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open
from domain.events import Event
from domain.state import DemandState
from ledger import reads
from ledger.pool import Pool
from starter.slips import of_demand
from starter.slips.of_demand import Slip
from starter.slips.rows import BLANK, ROWS
from web import demand_view
from web.pages.lists import attachment
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, demand_of, pool_of

router = APIRouter()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAME = re.compile(r"assignment|supervision-([1-9]\d{0,3})")


def slips_for(actor: Actor, state: DemandState) -> list[Slip]:
    """The slips of a demand that somebody may print."""
    return of_demand.slips_of(state) if may_open(actor, "slips") else []


def name_of(slip: Slip) -> str:
    """A slip's name in addresses."""
    return slip.kind if slip.slip is None else f"{slip.kind}-{slip.slip}"


@router.get("/demands/{demand}/slips/{name}")
async def show(request: Request, viewer: SignedIn, demand: str, name: str) -> Response:
    """A slip as it is printed."""
    slip, state, events = await _of(pool_of(request), viewer, demand, name)
    facts: dict[str, Any] = {
        "state": state,
        "kind": slip.kind,
        "name": name,
        "said": of_demand.said(slip, state, events, datetime.now(UTC)),
        "table": ROWS[slip.kind],
        "blank": BLANK,
    }
    return page(request, "slip.html", **facts)


@router.get("/demands/{demand}/slips/{name}/word")
async def word(request: Request, viewer: SignedIn, demand: str, name: str) -> Response:
    """The same in Word."""
    slip, state, events = await _of(pool_of(request), viewer, demand, name)
    said = of_demand.said(slip, state, events, datetime.now(UTC))
    content = await asyncio.to_thread(of_demand.document, slip, said)
    return attachment(content, of_demand.file_name(slip, state), WORD)


async def _of(
    pool: Pool, viewer: Viewer, demand: str, name: str
) -> tuple[Slip, DemandState, list[Event]]:
    named = _NAME.fullmatch(name)
    if named is None or not may_open(viewer.actor, "slips"):
        raise NotFound
    state = (await demand_of(pool, viewer.actor, demand)).state
    slip = Slip("supervision", int(named[1])) if named[1] else Slip("assignment")
    if slip not in of_demand.slips_of(state):
        raise NotFound
    rows = await reads.events(pool, demand)
    events = [event for row in rows if (event := demand_view.event_of(row)) is not None]
    return slip, state, events
