"""Links for enterprises: made, shown as an address and a code, printed, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from domain.authority import may_link, may_open
from domain.state import DemandState
from ledger.reads import StoredDemand
from starter.access import links
from starter.access.links import Link
from web import cookies, qr
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, demand_of, house, pool_of, signer_of

router = APIRouter()
_PAGE = 100


@dataclass(frozen=True)
class Panel:
    """What a demand's page shows of its links; `days` are the terms to choose from."""

    in_force: list[Link]
    days: tuple[int, ...] = links.DAYS
    usual: int = links.USUAL_DAYS


async def panel(request: Request, viewer: Viewer, state: DemandState) -> Panel | None:
    """The panel, for whoever may give the enterprise a link."""
    if not may_link(viewer.actor, state):
        return None
    return Panel(await links.of_demand(pool_of(request), state.demand))


def base(request: Request) -> str:
    """Where people reach the application: as the settings say, or as this request did."""
    return house(request).settings.public_url or str(request.base_url)


async def _linkable(request: Request, viewer: Viewer, demand: str) -> StoredDemand:
    stored = await demand_of(pool_of(request), viewer.actor, demand)
    if not may_link(viewer.actor, stored.state):
        raise NotFound
    return stored


async def _link(request: Request, viewer: Viewer, demand: str, link: str) -> dict[str, Any]:
    """A link of that very demand, with its address. Raises `NotFound`."""
    stored = await _linkable(request, viewer, demand)
    found = await links.by_id(pool_of(request), link)
    if found is None or found.demand != demand:
        raise NotFound
    address = links.address(signer_of(request), base(request), link)
    return {"state": stored.state, "link": found, "address": address}


@router.post("/demands/{demand}/links")
async def make(
    request: Request,
    viewer: SignedIn,
    demand: str,
    days: Annotated[int, Form()] = links.USUAL_DAYS,
) -> Response:
    """A new link, and on to it."""
    stored = await _linkable(request, viewer, demand)
    if days not in links.DAYS:
        days = links.USUAL_DAYS
    uscc, by = stored.state.enterprise.uscc, viewer.actor.account
    link = await links.make(pool_of(request), demand, uscc, by, days)
    return cookies.done(request, f"/demands/{demand}/links/{link}", "link_made")


@router.get("/demands/{demand}/links/{link}")
async def show(request: Request, viewer: SignedIn, demand: str, link: str) -> Response:
    """Address, code, when it was opened; what to do with it."""
    return page(request, "link.html", **await _link(request, viewer, demand, link))


@router.get("/demands/{demand}/links/{link}/print")
async def printed(request: Request, viewer: SignedIn, demand: str, link: str) -> Response:
    """On paper, to hand over."""
    facts = await _link(request, viewer, demand, link)
    if facts["link"].standing != "in_force":
        raise NotFound
    phone = house(request).settings.service_phone
    return page(request, "link_print.html", phone=phone, **facts)


@router.get("/demands/{demand}/links/{link}/qr.svg")
async def code(request: Request, viewer: SignedIn, demand: str, link: str) -> Response:
    """The code."""
    return qr.picture((await _link(request, viewer, demand, link))["address"])


@router.post("/demands/{demand}/links/{link}/revoke")
async def revoke(request: Request, viewer: SignedIn, demand: str, link: str) -> Response:
    """It opens nothing from now on."""
    await _link(request, viewer, demand, link)
    await links.revoke(pool_of(request), demand, link, viewer.actor.account)
    return cookies.done(request, f"/demands/{demand}#links", "link_revoked")


@router.get("/links")
async def overview(request: Request, viewer: SignedIn, before: datetime | None = None) -> Response:
    """Who was given a link to what, and whether it was opened."""
    if not may_open(viewer.actor, "links"):
        raise NotFound
    rows = await links.overview(pool_of(request), _PAGE + 1, before)
    more = rows[_PAGE - 1]["made_at"] if len(rows) > _PAGE else None
    return page(request, "links.html", rows=rows[:_PAGE], more=more)
