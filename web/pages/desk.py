"""The ledger of demands: to look through, search and narrow, and to choose from what to assign."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open
from domain.calendar import PARK_TIME
from domain.scope import scope_of
from domain.values import Role, Urgency
from ledger import demand_views
from ledger.demand_views import Instants, Order
from ledger.pool import Pool
from ledger.sql import sql
from runtime.text import text
from starter.workbook.demand_export import workbook_of
from web import desk_rows
from web.desk_view import COLOURS, PAGE_SIZE, STATES, Asked, asked
from web.render import day, page
from web.soon import soon
from web.viewer import NotFound, SignedIn, house, pool_of

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

QUICK: tuple[tuple[str, dict[str, Any]], ...] = (
    ("everything", {}),
    ("open", {"state": ["open"]}),
    ("to_assign", {"state": ["listed"]}),
    ("overdue", {"colour": "red"}),
    ("soon", {"colour": "yellow"}),
    ("to_evaluate", {"state": ["resolved"]}),
    ("closed", {"state": ["closed"]}),
)
"""The views above the ledger, by the names of their counts and texts."""


@router.get("/demands")
async def ledger_page(request: Request, viewer: SignedIn, block: str = "") -> Response:
    """The whole page, or the table alone for a page that is open already."""
    actor = viewer.actor
    if not may_open(actor, "desk"):
        raise NotFound
    wanted = asked(request.query_params)
    facts = await _facts(request, actor, wanted)
    if block == "ledger":
        return page(request, "desk.html", block="ledger", **facts)
    choices = await _choices(request, actor, wanted)
    return page(request, "desk.html", choices=choices, **facts)


@router.get("/demands.xlsx")
async def workbook(request: Request, viewer: SignedIn) -> Response:
    """The view as a file, all of it."""
    actor = viewer.actor
    if not may_open(actor, "export"):
        raise NotFound
    pool, view = pool_of(request), asked(request.query_params).view
    rows = await demand_views.everything(pool, scope_of(actor), view, await instants(pool))
    # Thousands of rows take seconds: others are served meanwhile.
    content = await asyncio.to_thread(workbook_of, rows)
    name = quote(f"{text('web.nav_desk')}-{datetime.now(PARK_TIME):%Y%m%d-%H%M}.xlsx")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=XLSX, headers=headers)


async def instants(pool: Pool) -> Instants:
    """Now, and until when a deadline comes soon."""
    now = datetime.now(UTC)
    return Instants(now, await soon(pool, now))


async def _facts(request: Request, actor: Actor, wanted: Asked) -> dict[str, Any]:
    pool = pool_of(request)
    scope, at = scope_of(actor), await instants(pool)
    found = await demand_views.page(pool, scope, wanted.view, at, PAGE_SIZE, wanted.offset)
    rows = await desk_rows.shown(pool, found.rows, actor, at)
    counts = await demand_views.counts(pool, scope, at)
    return {
        "asked": wanted,
        "rows": rows,
        "total": found.total,
        "last": max(1, -(-found.total // PAGE_SIZE)),
        "first_row": wanted.offset + 1,
        "quick": [
            (
                name,
                Asked(demand_views.View()).to("/demands", **query),
                counts[name],
                _is(wanted, query),
            )
            for name, query in QUICK
        ],
        "chips": await _chips(request, wanted),
        "assigns": assigns(actor) and any(row.may_assign for row in rows),
        "exports": may_open(actor, "export"),
        "registers": may_open(actor, "register"),
    }


def assigns(actor: Actor) -> bool:
    """Whether the actor assigns demands at all."""
    return actor.role is Role.BUREAU or bool(actor.secretary_of)


def _is(wanted: Asked, query: dict[str, Any]) -> bool:
    """Whether what is asked for is just this quick view, however it is sorted."""
    sort = "" if wanted.view.order is Order.DUE else wanted.view.order.value
    return wanted.to("/demands") == Asked(demand_views.View()).to("/demands", **query, sort=sort)


async def _choices(request: Request, actor: Actor, wanted: Asked) -> dict[str, Any]:
    """What each filter can be set to; somebody who sees a part gets no filter for the whole."""
    directory = (await house(request).gateway.resolver()).directory
    scope = scope_of(actor)
    lists = await pool_of(request).fetch(sql("list_ids"))
    wide = scope.everything or len(scope.chains) > 1
    units = scope.everything or bool(scope.chains)
    found: dict[str, list[tuple[str, str]]] = {
        "chain": [(one.code, one.name) for one in directory.chains] if wide else [],
        "unit": [(one.code, one.name) for one in directory.units] if units else [],
        "squad": [(one.code, one.name) for one in directory.squads] if units or scope.units else [],
        "category": [(one.category, one.category) for one in directory.routes],
        "urgency": [(one.value, text(f"word.{one.value}")) for one in Urgency],
        "colour": [(one, text(f"web.colour_{one}")) for one in COLOURS],
        "list": [(row["list_id"], f"{row['list_id']} {row['meeting']}".strip()) for row in lists],
    }
    return {name: options for name, options in found.items() if options} | {
        "state": [(one, state_text(one)) for one in STATES],
        "sort": [(one.value, text(f"web.desk_sort_{one.value}")) for one in Order],
    }


def state_text(state: str) -> str:
    """A status in words, or what has not ended yet."""
    return text("web.desk_open") if state == "open" else text(f"word.{state}")


async def _chips(request: Request, wanted: Asked) -> list[tuple[str, str]]:
    """What the view is narrowed by, each with the address of the view without it."""
    view = wanted.view
    directory = (await house(request).gateway.resolver()).directory
    names = {one.code: one.name for one in directory.chains}
    names |= {one.code: one.name for one in directory.units}
    names |= {one.code: one.name for one in directory.squads}
    found = [(f"“{wanted.typed}”", wanted.to("/demands", q=""))] if wanted.typed else []
    for state in view.states:
        rest = [one for one in view.states if one != state]
        found.append((state_text(state), wanted.to("/demands", state=rest)))
    if view.since is not None:
        found.append((text("web.desk_since", day=day(view.since)), wanted.to("/demands", since="")))
    for name in ("chain", "unit", "squad", "category", "urgency", "colour", "list"):
        if value := wanted.value_of(name):
            shown = {"urgency": f"word.{value}", "colour": f"web.colour_{value}"}
            label = text(shown[name]) if name in shown else names.get(value, value)
            found.append((label, wanted.to("/demands", **{name: ""})))
    return found
