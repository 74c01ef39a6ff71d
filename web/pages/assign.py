"""Assigning several demands in one go: what the routing suggests, to be changed and confirmed."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open
from domain.scope import scope_of
from domain.values import Status, unprintable
from ledger import demand_views
from ledger.demand_views import View
from runtime.text import text
from starter.cli.explain import explain
from starter.connections import Connections
from starter.errors import CommandRefused, LianbanError
from starter.resolve import Resolver
from web.desk_rows import may_assign_in
from web.desk_view import asked
from web.pages.desk import assigns, instants
from web.render import page
from web.viewer import NotFound, SignedIn, house, pool_of

router = APIRouter()
AT_ONCE = 8
MOST = 100
"""So many at a time: a page that one can still read through before confirming it."""
_COMMAND_IDS = uuid.UUID("6c69616e-6261-6e00-8000-61737369676e")


@dataclass(frozen=True)
class Waiting:
    """A demand that can be assigned, and to whom the routing would."""

    demand: str
    enterprise: str
    category: str
    urgency: str
    text: str
    unit: str
    squad: str


@dataclass(frozen=True)
class Result:
    """What came of one: `problem` is empty where it was assigned."""

    demand: str
    to: str = ""
    problem: str = ""


@router.get("/demands/assign")
async def confirm(request: Request, viewer: SignedIn) -> Response:
    """What would be assigned to whom: the demands that were chosen, or all of a view."""
    actor = viewer.actor
    if not (may_open(actor, "desk") and assigns(actor)):
        raise NotFound
    chosen = [one for one in request.query_params.getlist("demand") if not unprintable(one)]
    if chosen:
        view = View(demands=tuple(chosen))
    else:
        view = replace(asked(request.query_params).view, states=(Status.LISTED.value,))
    pool = pool_of(request)
    found = await demand_views.page(pool, scope_of(actor), view, await instants(pool), MOST)
    resolver = await house(request).gateway.resolver()
    rows = [row for row in found.rows if _waits(actor, row)]
    return page(
        request,
        "assign.html",
        rows=[_waiting(row, resolver) for row in rows],
        gone=[row["demand"] for row in found.rows if not _waits(actor, row)],
        left=found.total - len(found.rows),
        units=[(one.code, one.name) for one in resolver.directory.units],
        squads=[(one.code, one.name) for one in resolver.directory.squads],
        batch=str(uuid.uuid4()),
    )


@router.post("/demands/assign")
async def assign(request: Request, viewer: SignedIn) -> Response:
    """Assign them, each by a command of its own; what came of each.

    A command's id follows from the form's and the demand's: sent again, nothing happens twice.
    """
    actor, to = viewer.actor, house(request)
    if not (may_open(actor, "desk") and assigns(actor)):
        raise NotFound
    given = await request.form()
    demands = list(dict.fromkeys(str(one) for one in given.getlist("demand")))[:MOST]
    pool = pool_of(request)
    view = View(demands=tuple(one for one in demands if not unprintable(one)) or ("",))
    seen = await demand_views.page(pool, scope_of(actor), view, await instants(pool), MOST)
    known = {row["demand"] for row in seen.rows}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(demand: str) -> Result:
        async with gate:
            return await _assign(to, actor, demand, given, known)

    results = await asyncio.gather(*(one(demand) for demand in demands))
    return page(request, "assigned.html", results=results)


async def _assign(
    to: Connections, actor: Actor, demand: str, given: FormData, known: set[str]
) -> Result:
    unit = str(given.get(f"unit.{demand}", "")).strip()
    squad = str(given.get(f"squad.{demand}", "")).strip()
    batch = str(given.get("batch", ""))
    try:
        if demand not in known:
            raise CommandRefused("unknown_demand", demand=demand)
        if not unit:
            return Result(demand, problem=text("web.assign_choose_unit"))
        fields = {"unit": unit} | ({"squad": squad} if squad else {})
        command_id = str(uuid.uuid5(_COMMAND_IDS, f"{batch}:{demand}")) if batch else None
        accepted = await to.gateway.act(demand, actor.account, "assign", fields, command_id)
    except LianbanError as error:
        return Result(demand, problem=explain(error).message)
    parties = (accepted.state.unit, accepted.state.squad)
    return Result(demand, to=" · ".join(one.name for one in parties if one is not None))


def _waits(actor: Actor, row: Any) -> bool:
    return row["status"] == Status.LISTED and may_assign_in(actor, row["chain"])


def _waiting(row: Any, resolver: Resolver) -> Waiting:
    try:
        unit, squad = resolver.route(row["category"])
    except CommandRefused:  # a category without a route: somebody has to choose
        return _of(row, "", "")
    return _of(row, unit.code, squad.code if squad else "")


def _of(row: Any, unit: str, squad: str) -> Waiting:
    return Waiting(
        row["demand"],
        row["enterprise_name"],
        row["category"],
        row["urgency"],
        row["text"],
        unit,
        squad,
    )
