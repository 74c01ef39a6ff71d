"""Who looked at what: what auditors opened, for themselves and the administrator."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.authority import may_open
from domain.calendar import PARK_TIME
from domain.values import unprintable
from ledger.sql import sql
from runtime.text import text
from web.navigation import ENTRIES
from web.render import page
from web.viewer import NotFound, SignedIn, pool_of

router = APIRouter()
SHOWN = 100
_OF_A_DEMAND = "/demands/{demand}"


@router.get("/looks")
async def show(
    request: Request,
    viewer: SignedIn,
    account: str = "",
    demand: str = "",
    day: str = "",
    before: str = "",
) -> Response:
    """The looks, the newest first; filtered by who, at what, on which day."""
    if not may_open(viewer.actor, "looks"):
        raise NotFound
    pool, demand = pool_of(request), demand.strip().upper()
    if unprintable(account + demand):
        raise NotFound
    since, until = _of_day(day)
    last = int(before) if before.isdecimal() and len(before) < 19 else None
    args = (account or None, demand or None, since, until, last, SHOWN + 1)
    rows = await pool.fetch(sql("looks"), *args)
    chosen = {"account": account, "demand": demand, "day": day if since else ""}
    facts: dict[str, Any] = {
        "looks": rows[:SHOWN],
        "chosen": chosen,
        "people": await pool.fetch(sql("look_accounts")),
        "opened": opened,
        "older": _older(chosen, rows[SHOWN - 1]["look"]) if len(rows) > SHOWN else "",
    }
    return page(request, "looks.html", **facts)


def opened(route: str) -> str:
    """What was opened, in words; by its route where there are none."""
    if route.startswith(_OF_A_DEMAND):
        part = "demand" if route == _OF_A_DEMAND else "part"
        return text(f"web.looks_at_{part}")
    owner = next((e for e in ENTRIES if route == e.href or route.startswith(f"{e.href}/")), None)
    return text(owner.text) if owner else text("web.looks_at_other")


def _of_day(day: str) -> tuple[datetime | None, datetime | None]:
    try:
        start = datetime.combine(date.fromisoformat(day), time(), PARK_TIME).astimezone(UTC)
        return start, start + timedelta(days=1)
    except (ValueError, OverflowError):
        return None, None


def _older(chosen: dict[str, str], last: int) -> str:
    kept = {name: value for name, value in chosen.items() if value}
    return "/looks?" + urlencode(kept | {"before": str(last)})
