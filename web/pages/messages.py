"""Messages that didn't arrive, or that a person passes on: copied, told by hand, sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import asyncpg
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from domain.authority import may_handle_messages
from domain.values import unprintable
from ledger import directory
from ledger import messages as kept
from ledger.messages import MessageFilter
from runtime.message_text import Rendered
from starter import message_text, words
from starter import messages as told
from starter.cli.options import demand_id
from starter.errors import CommandRefused
from starter.names import names_of
from web import cookies
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, house, pool_of

router = APIRouter()

A_PAGE = 20
AT_ONCE = 200
"""More than a page has is no form of ours."""
VIEWS: dict[str, MessageFilter] = {
    "by_hand": MessageFilter(to_pass_on=True),
    "failed": MessageFilter(("failed",)),
    "uncertain": MessageFilter(("uncertain",)),
    "queued": MessageFilter(("queued", "sending")),
    "all": MessageFilter(),
}

Text = Annotated[str, Form()]


@dataclass(frozen=True)
class Shown:
    """A message in words; `may_pass_on` and `may_retry` are what can still be done about it."""

    row: asyncpg.Record
    written: Rendered
    what: str
    to_whom: str
    way: str
    status: str
    why: str
    passed_on: str

    @property
    def may_pass_on(self) -> bool:
        """Whether somebody could still tell it by hand."""
        if self.row["channel"] == "inbox":
            return self.row["by_hand"] is not None and self.row["passed_on_at"] is None
        waiting = self.row["status"] == "queued" and self.row["batch"] is None
        return waiting or self.row["status"] in ("failed", "uncertain")

    @property
    def may_retry(self) -> bool:
        """Whether it can be sent again."""
        if self.row["channel"] == "inbox":
            return self.may_pass_on and self.row["by_hand"] == "no_channel"
        return self.row["status"] in ("failed", "uncertain")

    @property
    def lines(self) -> int:
        """How high the box of its text is."""
        return sum(1 + len(line) // 40 for line in self.written.text.splitlines()) or 1


@router.get("/messages")
async def index(
    request: Request,
    viewer: SignedIn,
    show: str = "",
    demand: str = "",
    before: int | None = None,
) -> Response:
    """A view of the messages, the newest first."""
    _handler(viewer)
    pool = pool_of(request)
    counts = await kept.counts(pool)
    numbers = {**counts, "by_hand": counts["to_pass_on"]}
    usual = next((name for name in ("failed", "uncertain") if numbers[name]), "by_hand")
    view = show if show in VIEWS else usual
    of = demand_id(demand) if demand.strip() else None
    if of is not None and unprintable(of):
        raise NotFound
    wanted = MessageFilter(VIEWS[view].statuses, VIEWS[view].to_pass_on, of)
    rows = await kept.written(pool, wanted, A_PAGE + 1, before)
    more = rows[A_PAGE - 1]["id"] if len(rows) > A_PAGE else None
    facts: dict[str, Any] = {
        "messages": await _shown(request, rows[:A_PAGE]),
        "views": list(VIEWS),
        "numbers": numbers,
        "view": view,
        "demand": of or "",
        "older": _address(view, of or "", more) if more else "",
    }
    return page(request, "messages.html", **facts)


@router.get("/messages/{number}")
async def one(request: Request, viewer: SignedIn, number: int) -> Response:
    """All that is known of a message, and its text."""
    _handler(viewer)
    row = await _row(request, number)
    [shown] = await _shown(request, [row])
    waits = message_text.waits(dict(row))
    not_before = words.when(row["not_before"])
    return page(request, "message.html", one=shown, waits=waits, not_before=not_before)


@router.post("/messages/passed-on")
async def passed_on(
    request: Request,
    viewer: SignedIn,
    message: Annotated[list[int] | None, Form()] = None,
    view: Text = "",
    demand: Text = "",
) -> Response:
    """Several were told by hand; those that are settled meanwhile are left alone."""
    _handler(viewer)
    pool = pool_of(request)
    numbers = [number for number in (message or [])[:AT_ONCE] if 0 < number < 2**63]
    settled = [await kept.pass_on(pool, number, viewer.actor.account) for number in numbers]
    flash = "messages_passed_on" if any(settled) else "messages_none"
    return cookies.done(request, _address(view, demand), flash)


@router.post("/messages/retry-failed")
async def retry_failed(request: Request, viewer: SignedIn) -> Response:
    """Queue again all that failed."""
    _handler(viewer)
    again = await kept.retry(pool_of(request), None)
    return cookies.done(request, "/messages", "messages_again" if again else "messages_none")


@router.post("/messages/{number}/passed-on")
async def pass_on(
    request: Request, viewer: SignedIn, number: int, view: Text = "", demand: Text = ""
) -> Response:
    """One was told by hand: nothing more is sent about it to the same people."""
    _handler(viewer)
    row = await _row(request, number)
    if not await kept.pass_on(pool_of(request), number, viewer.actor.account):
        raise _settled(row)
    return cookies.done(request, _address(view, demand), "messages_passed_on")


@router.post("/messages/{number}/retry")
async def retry(
    request: Request, viewer: SignedIn, number: int, view: Text = "", demand: Text = ""
) -> Response:
    """Queue it again."""
    _handler(viewer)
    row = await _row(request, number)
    if not await kept.retry(pool_of(request), number):
        raise _settled(row)
    return cookies.done(request, _address(view, demand), "messages_again")


def _handler(viewer: Viewer) -> None:
    if not may_handle_messages(viewer.actor):
        raise NotFound


async def _row(request: Request, number: int) -> asyncpg.Record:
    row = await kept.message(pool_of(request), number) if 0 < number < 2**63 else None
    if row is None:
        raise NotFound
    return row


def _settled(row: asyncpg.Record) -> CommandRefused:
    number = str(row["id"])
    return CommandRefused("message_settled", message=number, standing=told.standing(row))


async def _shown(request: Request, rows: list[asyncpg.Record]) -> list[Shown]:
    names = names_of(await directory.read(pool_of(request)))
    settings = house(request).settings
    return [
        Shown(
            row=row,
            written=told.written(row, settings),
            what=told.what(row),
            to_whom=told.to_whom(row, names),
            way=told.way(row),
            status=told.status(row),
            why=message_text.reason(row["last_reason"] or "") or message_text.waits(dict(row)),
            passed_on=told.passed_on_text(row),
        )
        for row in rows
    ]


def _address(view: str, demand: str, before: int | None = None) -> str:
    """The page of a view; nothing that somebody made up comes into it."""
    given = {
        "show": view if view in VIEWS else "",
        "demand": demand_id(demand) if demand.strip() else "",
        "before": str(before or ""),
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/messages?{query}" if query else "/messages"
