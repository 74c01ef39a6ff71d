"""The leaders' page: what waits for their word, the chains at a glance, and the figures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open
from domain.scope import Scope, scope_of
from ledger import figures
from ledger.pool import Pool
from web import leader_view
from web.render import page
from web.soon import soon
from web.viewer import NotFound, SignedIn, pool_of

router = APIRouter()
SHOWN = 20
"""So many escalated demands are shown; the ledger has all."""


@router.get("/leader")
async def show(request: Request, viewer: SignedIn, block: str = "") -> Response:
    """The whole page, or the part that a live page asks for."""
    actor, pool = viewer.actor, pool_of(request)
    if not may_open(actor, "leader"):
        raise NotFound
    scope, now = scope_of(actor), datetime.now(UTC)
    if block == "escalations":
        facts = await _escalations(pool, actor, scope, now)
        return page(request, "leader.html", block=block, **facts)
    if block == "chains":
        return page(request, "leader.html", block=block, **await _chains(pool, scope, now))
    parts = await asyncio.gather(
        _escalations(pool, actor, scope, now),
        _chains(pool, scope, now),
        _figures(pool, scope, now),
    )
    facts = {name: value for part in parts for name, value in part.items()}
    return page(request, "leader.html", **facts)


async def _escalations(pool: Pool, actor: Actor, scope: Scope, now: datetime) -> dict[str, Any]:
    found = await figures.escalated(pool, scope, SHOWN)
    shown = [leader_view.escalated_shown(s, seq, actor, now) for s, seq in found.states]
    return {"escalations": shown, "more": found.everything - len(shown)}


async def _chains(pool: Pool, scope: Scope, now: datetime) -> dict[str, Any]:
    found = await figures.chains(pool, scope, now, await soon(pool, now))
    return {"chains": found, "together": figures.together(found), "month": figures.month_of(now)}


async def _figures(pool: Pool, scope: Scope, now: datetime) -> dict[str, Any]:
    ages = await figures.ages(pool, scope, now)
    units = await figures.on_time(pool, scope, now)
    weeks = await figures.weekly(pool, scope, now)
    scores = await figures.scores(pool, scope, now)
    return {
        "ages": list(zip(leader_view.age_labels(), ages, strict=True)),
        "units": units,
        "weeks": weeks,
        "scores": scores,
        "mean": leader_view.mean_text(scores),
        "age_chart": leader_view.age_chart(ages),
        "on_time_chart": leader_view.on_time_chart(units),
        "weekly_chart": leader_view.weekly_chart(weeks),
        "scores_chart": leader_view.scores_chart(scores),
    }
