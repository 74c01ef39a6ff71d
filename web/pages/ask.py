"""The public form: anybody may say what their enterprise needs, and see what became of it."""

from __future__ import annotations

import re
import uuid
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from domain.values import unprintable
from runtime import logs
from starter import submissions
from starter.access import limits
from starter.access.limits import ASK_BY_ADDRESS, ASK_BY_ALL, RECEIPT_BY_ADDRESS
from starter.submissions import Sent
from starter.workbook.phones import PhoneUnclear, read_phones
from web import cookies
from web.render import page
from web.security import address_of
from web.viewer import house, pool_of, signer_of

log = logs.get(__name__)
router = APIRouter()
MOST = {"enterprise": 100, "category": 100, "text": 2000, "contact_name": 50, "contact_phone": 60}
TRAP = "fax_number"
"""A field that people don't see; programs fill it."""
_FORM = re.compile(r"[0-9a-f-]{36}")


@router.get("/ask")
async def form(request: Request) -> Response:
    """The empty form."""
    return await _form(request, dict.fromkeys(MOST, ""), {})


@router.post("/ask")
async def send(request: Request) -> Response:
    """Keep what was sent and give a receipt; or the form again, with what is wrong where."""
    given = await request.form()
    typed = {name: _text(given, name) for name in MOST}
    problems = _problems(given, typed)
    if problems:
        return await _form(request, typed, problems, 422)
    pool, signer = pool_of(request), signer_of(request)
    by_address = await limits.attempt(pool, signer, ASK_BY_ADDRESS, address_of(request))
    by_all = await limits.attempt(pool, signer, ASK_BY_ALL, "everybody")
    if not (by_address and by_all):
        log.warning("ask.too_often", everybody=by_address)
        return await _form(request, typed, {"": "too_often"}, 429)
    typed["contact_phone"] = read_phones(typed["contact_phone"]).numbers
    form_id = _text(given, "form")
    known = form_id if _FORM.fullmatch(form_id) else str(uuid.uuid4())
    receipt = await submissions.receive(pool, known, Sent(**typed))
    return cookies.done(request, f"/ask/{receipt}", "asked")


@router.post("/ask/find")
async def find(request: Request) -> Response:
    """On to the page of a receipt."""
    given = await request.form()
    receipt = submissions.as_receipt(_text(given, "receipt"))
    return RedirectResponse(f"/ask/{receipt or '-'}", 303)


@router.get("/ask/{receipt}")
async def standing(request: Request, receipt: str) -> Response:
    """What became of it, and nothing of what was sent."""
    pool, signer = pool_of(request), signer_of(request)
    facts: dict[str, Any] = {"phone": house(request).settings.service_phone, "row": None}
    if not await limits.attempt(pool, signer, RECEIPT_BY_ADDRESS, address_of(request)):
        return page(request, "receipt.html", status=429, problem="too_often", **facts)
    row = await submissions.of_receipt(pool, receipt)
    if row is None:
        return page(request, "receipt.html", status=404, problem="unknown", **facts)
    facts |= {"row": row, "receipt": submissions.as_receipt(receipt)}
    return page(request, "receipt.html", problem="", **facts)


def _problems(given: FormData, typed: dict[str, str]) -> dict[str, str]:
    """What is wrong, by field, as the end of a text key."""
    found = {name: "too_long" for name, value in typed.items() if len(value) > MOST[name]}
    found |= {name: "unfit" for name, value in typed.items() if unprintable(value)}
    needed = ("enterprise", "text", "contact_name", "contact_phone")
    found |= {name: "needed" for name in needed if not typed[name]}
    if "contact_phone" not in found:
        try:
            read_phones(typed["contact_phone"])
        except PhoneUnclear:
            found["contact_phone"] = "phone"
    if len(typed["text"]) < 5:
        found.setdefault("text", "short")
    if given.get("consent") != "yes":
        found["consent"] = "consent"
    if _text(given, TRAP):
        found[""] = "trap"
    return found


async def _form(
    request: Request, typed: dict[str, str], problems: dict[str, str], status: int = 200
) -> Response:
    directory = (await house(request).gateway.resolver()).directory
    facts: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "most": MOST,
        "trap": TRAP,
        "form": str(uuid.uuid4()),
        "categories": list(dict.fromkeys(route.category for route in directory.routes)),
        "phone": house(request).settings.service_phone,
    }
    return page(request, "ask.html", status=status, **facts)


def _text(given: FormData, name: str) -> str:
    value = given.get(name)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
