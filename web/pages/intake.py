"""What came in by the public form: a clerk makes a demand of it, or says why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from domain.authority import may_open
from domain.calendar import PARK_TIME
from domain.directory import Directory
from domain.values import Chain, Contact, Enterprise, Urgency, unprintable
from runtime.text import text
from starter import submissions
from starter.cli.explain import explain
from starter.cli.lookups import category, chain_of, enterprise
from starter.errors import LianbanError, SystemUnreachable
from starter.names import names_of
from starter.workbook.models import GoodRow
from web import cookies, qr
from web.pages.links import base
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, house, pool_of

router = APIRouter()
_MOST_WAITING, _MOST_SETTLED, _LONGEST_REASON = 100, 20, 500


def _clerk(viewer: Viewer) -> None:
    if not may_open(viewer.actor, "intake"):
        raise NotFound


@router.get("/intake")
async def listing(request: Request, viewer: SignedIn, block: str = "") -> Response:
    """What waits, and what became of the last ones."""
    _clerk(viewer)
    pool = pool_of(request)
    directory = (await house(request).gateway.resolver()).directory
    facts: dict[str, Any] = {
        "waiting": await submissions.waiting(pool, _MOST_WAITING),
        "settled": await submissions.settled(pool, _MOST_SETTLED),
        "names": names_of(directory),
    }
    return page(request, "intake.html", block="lists" if block == "lists" else None, **facts)


@router.get("/intake/qr.svg")
async def code(request: Request, viewer: SignedIn) -> Response:
    """The code that leads to the public form."""
    _clerk(viewer)
    return qr.picture(f"{base(request).rstrip('/')}/ask")


@router.get("/intake/poster")
async def poster(request: Request, viewer: SignedIn) -> Response:
    """For the counter, on paper."""
    _clerk(viewer)
    phone = house(request).settings.service_phone
    address = f"{base(request).rstrip('/')}/ask"
    return page(request, "intake_poster.html", phone=phone, address=address)


@router.get("/intake/{submission}")
async def show(request: Request, viewer: SignedIn, submission: int, block: str = "") -> Response:
    """One, with whom it may be from and what it may repeat, as a form to make a demand of it."""
    row = await _row(request, viewer, submission)
    return await _page(request, row, block="moved" if block == "moved" else None)


@router.post("/intake/{submission}/take")
async def take(request: Request, viewer: SignedIn, submission: int) -> Response:
    """Make a demand of it; the second clerk is told who was first."""
    row = await _row(request, viewer, submission)
    given = await request.form()
    to = house(request)
    typed = {name: _text(given, name) for name in _TYPED}
    try:
        directory = (await to.gateway.resolver()).directory
        good = _good_row(directory, row, typed)
        demand = await submissions.take_up(to, submission, good, viewer.actor)
    except (LianbanError, ValidationError) as error:
        status = 503 if isinstance(error, SystemUnreachable) else 422
        return await _page(request, row, typed, explain(error).message, status=status)
    if demand is None:
        return await _too_late(request, viewer, submission)
    return cookies.done(request, f"/demands/{demand}", "intake_taken")


@router.post("/intake/{submission}/decline")
async def decline(request: Request, viewer: SignedIn, submission: int) -> Response:
    """Not taken up; whoever sent it reads the reason."""
    row = await _row(request, viewer, submission)
    reason = _text(await request.form(), "declined")
    if not reason or len(reason) > _LONGEST_REASON or unprintable(reason):
        return await _page(request, row, {"declined": reason}, key="reason_unfit", status=422)
    if not await submissions.decline(pool_of(request), submission, viewer.actor, reason):
        return await _too_late(request, viewer, submission)
    return cookies.done(request, "/intake", "intake_declined")


_TYPED = (
    *("enterprise", "other", "category", "urgency", "contact_name", "contact_phone", "remark"),
    "declined",
)


def _good_row(directory: Directory, row: asyncpg.Record, typed: dict[str, str]) -> GoodRow:
    """What goes on the list: the text as it was sent. Raises `CommandRefused`."""
    found = enterprise(directory, typed["other"] or typed["enterprise"])
    chain = chain_of(directory, found)
    received: datetime = row["received_at"]
    return GoodRow(
        sheet="",
        row=0,
        enterprise=Enterprise(uscc=found.uscc, name=found.name),
        chain=Chain(code=chain.code, name=chain.name),
        category=category(directory, typed["category"]),
        urgency=_urgency(typed["urgency"]),
        text=row["text"],
        raised_on=received.astimezone(PARK_TIME).date(),
        contact=Contact(name=typed["contact_name"], phone=typed["contact_phone"]),
        remark=typed["remark"],
    )


def _urgency(typed: str) -> Urgency:
    return Urgency(typed) if typed in {one.value for one in Urgency} else Urgency.GENERAL


async def _row(request: Request, viewer: Viewer, submission: int) -> asyncpg.Record:
    _clerk(viewer)
    row = await submissions.one(pool_of(request), submission)
    if row is None:
        raise NotFound
    return row


async def _too_late(request: Request, viewer: Viewer, submission: int) -> Response:
    row = await _row(request, viewer, submission)
    return await _page(request, row, key="too_late", status=409)


async def _page(
    request: Request,
    row: asyncpg.Record,
    typed: dict[str, str] | None = None,
    problem: str = "",
    *,
    key: str = "",
    status: int = 200,
    block: str | None = None,
) -> Response:
    directory = (await house(request).gateway.resolver()).directory
    meant = submissions.suggestions(directory, row["enterprise"])
    facts: dict[str, Any] = {
        "row": row,
        "meant": meant,
        "alike": await submissions.alike(
            pool_of(request), [one.uscc for one in meant], row["text"]
        ),
        "typed": {**_suggested(row, [one.uscc for one in meant]), **(typed or {})},
        "categories": [(one, one) for one in dict.fromkeys(r.category for r in directory.routes)],
        "urgencies": [(one.value, text(f"word.{one.value}")) for one in Urgency],
        "names": names_of(directory),
        "problem": problem,
        "key": key,
    }
    return page(request, "submission.html", block=block, status=status, **facts)


def _suggested(row: asyncpg.Record, meant: list[str]) -> dict[str, str]:
    return dict.fromkeys(_TYPED, "") | {
        "enterprise": meant[0] if meant else "",
        "category": row["category"],
        "urgency": Urgency.GENERAL.value,
        "contact_name": row["contact_name"],
        "contact_phone": row["contact_phone"],
    }


def _text(given: FormData, name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""
