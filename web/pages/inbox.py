"""One's own messages: what happened to the demands that concern somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from domain.actors import Actor
from domain.authority import may_open
from domain.scope import scope_of
from ledger import demand_views
from ledger import messages as kept
from ledger.demand_views import Instants, View
from ledger.message_facts import facts_of
from ledger.pool import Pool
from runtime.message_words import message
from runtime.text import language, text
from web import cookies
from web.render import page
from web.viewer import NotFound, SignedIn, pool_of

router = APIRouter()
MORE = 50
"""So many messages at first, and more at each asking."""

Shown = Annotated[int, Query(ge=1, le=10_000)]
Number = Annotated[int, Form(ge=0, lt=2**63)]


@dataclass(frozen=True)
class Message:
    """One message; `readable` is False where its demand is no longer the reader's to see."""

    id: int
    demand: str
    what: str
    lines: list[str]
    at: datetime
    unread: bool
    urgency: str
    readable: bool


@router.get("/inbox")
async def inbox(
    request: Request, viewer: SignedIn, shown: Shown = MORE, block: str = ""
) -> Response:
    """The messages, unread ones first; looking at them marks nothing."""
    actor = _allowed(viewer.actor)
    pool = pool_of(request)
    rows = await kept.inbox(pool, actor.account, shown + 1, False)
    seen = await _readable(pool, actor, [row["demand"] for row in rows[:shown]])
    messages = [_message(dict(row), row["demand"] in seen) for row in rows[:shown]]
    facts: dict[str, Any] = {
        "messages": messages,
        "unread": sum(one.unread for one in messages),
        "newest": max((one.id for one in messages), default=0),
        "limit": shown,
        "more": shown + MORE if len(rows) > shown else None,
    }
    return page(request, "inbox.html", block="inbox" if block == "inbox" else None, **facts)


@router.post("/inbox/{number}/open")
async def open_message(request: Request, viewer: SignedIn, number: int) -> Response:
    """On to the demand; the message has been read."""
    actor, pool = _allowed(viewer.actor), pool_of(request)
    row = await kept.message(pool, number) if 0 < number < 2**63 else None
    if row is None or row["account"] != actor.account or row["channel"] != "inbox":
        raise NotFound
    await kept.mark_read(pool, actor.account, [number])
    return RedirectResponse(f"/demands/{row['demand']}", 303)


@router.post("/inbox/read")
async def read_all(request: Request, viewer: SignedIn, newest: Number) -> Response:
    """All that were there when the page was made have been read."""
    actor = _allowed(viewer.actor)
    await kept.mark_all_read(pool_of(request), actor.account, newest)
    return cookies.done(request, "/inbox", "inbox_read")


@router.post("/inbox/{number}/read")
async def read_one(request: Request, viewer: SignedIn, number: int) -> Response:
    """This one has been read; somebody else's stays as it is."""
    actor = _allowed(viewer.actor)
    if not 0 < number < 2**63:
        raise NotFound
    await kept.mark_read(pool_of(request), actor.account, [number])
    return cookies.done(request, "/inbox")


def _allowed(actor: Actor) -> Actor:
    if not may_open(actor, "inbox"):
        raise NotFound
    return actor


async def _readable(pool: Pool, actor: Actor, demands: list[str]) -> set[str]:
    if not demands:
        return set()
    now = datetime.now(UTC)
    view, at = View(demands=tuple(set(demands))), Instants(now, now)
    found = await demand_views.page(pool, scope_of(actor), view, at, len(demands))
    return {row["demand"] for row in found.rows}


def _message(row: Mapping[str, Any], readable: bool) -> Message:
    written = message(asdict(facts_of(row)), language())
    return Message(
        id=row["id"],
        demand=row["demand"],
        what=_what(row),
        lines=[line for line in written.text.splitlines()[1:] if line.strip()],
        at=row["created_at"],
        unread=row["status"] == "unread",
        urgency=row["urgency"],
        readable=readable,
    )


def _what(row: Mapping[str, Any]) -> str:
    event = text(f"event.{row['kind']}")
    if row["stands_in_for"]:
        return text("cli.stands_in", what=event, whom=row["stands_in_for"])
    return text("cli.copied", what=event) if row["copy_to"] else event
