"""The page of one demand, and its fragments that live pages fetch anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import CommandKind
from domain.open_acts import open_acts
from domain.sealing import SeenEvent, seal_event, sealed_from
from domain.state import DemandState
from domain.tasks import tasks_for
from domain.values import Status
from ledger import reads
from ledger.pool import Pool
from web import demand_view
from web.act_fields import FIELDS, GRAVE
from web.pages import links
from web.pages.act_form import form_facts, remembered
from web.pages.slips import slips_for
from web.render import page
from web.since import since_then
from web.soon import soon
from web.task_list import step_of
from web.viewer import SignedIn, demand_of, house, pool_of

router = APIRouter()
BLOCKS = frozenset({"standing", "story", "other_acts"})


@router.get("/demands/{demand}")
async def show(
    request: Request, viewer: SignedIn, demand: str, block: str = "", beside: str = ""
) -> Response:
    """The whole page, or the fragment that a live page asks for.

    `beside` is the act whose form is on that page already.
    """
    pool, now = pool_of(request), datetime.now(UTC)
    facts = await facts_of(pool, viewer.actor, demand, now)
    if block in BLOCKS:
        return page(request, "demand.html", block=block, beside=beside, **facts)
    resolver = await house(request).gateway.resolver()
    state, act, first = facts["state"], next_act(viewer.actor, facts["state"], facts["acts"]), None
    if act is not None:
        first = form_facts(act, viewer.actor, state, facts["seq"], resolver)
        first = await remembered(pool, first, state, True)
    live = f"/live?demand={demand}&seen={facts['seq']}"
    facts |= {"first": first, "beside": act or "", "live": live}
    facts["links"] = await links.panel(request, viewer, state)
    return page(request, "demand.html", **facts)


def next_act(actor: Actor, state: DemandState, acts: Sequence[CommandKind]) -> CommandKind | None:
    """What the demand waits for from this person, or the work that goes on; its form is open."""
    steps = [step_of(task, actor, state) for task in tasks_for(actor, state)]
    return next((act for act in (*steps, "report_progress") if act in acts), None)


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
    plan = demand_view.every_milestone(readable)
    return {
        "state": state,
        "seq": stored.seq,
        "sealed": sealed,
        "path": demand_view.path_of(state),
        "deadlines": demand_view.deadlines_of(state, readable, now, await soon(pool, now)),
        "story": demand_view.parts_of(
            [
                demand_view.happening(demand, row, event, plan)
                for row, event in reversed(list(zip(rows, events, strict=True)))
            ]
        ),
        "custody": demand_view.custody_of(state, now),
        "more_facts": demand_view.more_facts(state, now),
        "acts": acts,
        "grave": GRAVE,
        "working": state.status is Status.IN_PROGRESS,
        "slips": slips_for(actor, state),
    }
