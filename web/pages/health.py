"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ledger.pool import PASSING
from starter.errors import SystemUnreachable
from web.viewer import house

router = APIRouter()
_PATIENCE = 3.0


@router.get("/healthz")
async def healthz() -> Response:
    """This process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 where a command would be accepted, recorded and worked on now; else 503 and why."""
    to = house(request)
    ledger, workers = await asyncio.gather(_ledger(request), _workers(request))
    parts: dict[str, Any] = {"ledger": ledger, "workers": workers, "live": _live(request)}
    well = all(found == "ok" for found in parts.values())
    return JSONResponse(parts | {"task_queue": to.settings.task_queue}, 200 if well else 503)


async def _ledger(request: Request) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await house(request).pool.fetchval("SELECT 1")
    except PASSING as error:
        return type(error).__name__
    return "ok"


async def _workers(request: Request) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            found = await house(request).gateway.workers()
    except (TimeoutError, SystemUnreachable) as error:
        return type(error).__name__
    return "ok" if found else "none"


def _live(request: Request) -> str:
    return "ok" if request.app.state.hub.listening else "away"
