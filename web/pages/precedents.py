"""Precedents: how the bureau ruled on returns before, by category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open, may_read
from domain.state import DemandState
from domain.values import unprintable
from ledger import directory
from ledger.sql import sql
from web.render import page
from web.viewer import NotFound, SignedIn, pool_of

router = APIRouter()
MOST = 200
"""The newest; older ones are found by their category."""


@dataclass(frozen=True)
class Ruling:
    """A ruling. What the demand was, only for those who may see the demand: else `demand` is ""."""

    at: datetime
    category: str
    unit: str
    ruling: str
    basis: str
    demand: str
    text: str
    enterprise: str


@router.get("/precedents")
async def index(request: Request, viewer: SignedIn, category: str = "") -> Response:
    """The rulings, of one category or of all."""
    if not may_open(viewer.actor, "precedents") or unprintable(category):
        raise NotFound
    pool = pool_of(request)
    rows = await pool.fetch(sql("rulings"), category.strip() or None, MOST, None, None)
    known = {route.category for route in (await directory.read(pool)).routes}
    facts: dict[str, Any] = {
        "rulings": [_ruling(viewer.actor, row) for row in rows],
        "categories": sorted(known | {row["category"] for row in rows if row["category"]}),
        "category": category.strip(),
    }
    return page(request, "precedents.html", **facts)


def _ruling(actor: Actor, row: asyncpg.Record) -> Ruling:
    state = DemandState.model_validate_json(row["state"])
    seen = may_read(actor, state)
    return Ruling(
        at=row["at"],
        category=row["category"] or "",
        unit=row["unit_name"],
        ruling=row["ruling"],
        basis=row["legal_basis"],
        demand=state.demand if seen else "",
        text=state.text if seen else "",
        enterprise=state.enterprise.name if seen else "",
    )
