"""My tasks: what waits for me, most urgent first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from domain.authority import may_open
from web.render import page
from web.soon import soon
from web.task_list import cards_of
from web.viewer import NotFound, SignedIn, pool_of

router = APIRouter()
MORE = 50
"""So many cards at first, and more at each asking."""

Shown = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/tasks")
async def tasks(
    request: Request, viewer: SignedIn, shown: Shown = MORE, block: str = ""
) -> Response:
    """The page, or its list alone for a live page."""
    if not may_open(viewer.actor, "tasks"):
        raise NotFound
    pool, now = pool_of(request), datetime.now(UTC)
    groups, count = await cards_of(pool, viewer.actor, now, await soon(pool, now), shown)
    facts: dict[str, Any] = {"groups": groups, "count": count, "limit": shown, "more": shown + MORE}
    return page(request, "tasks.html", block="tasks" if block == "tasks" else None, **facts)
