"""What an enterprise sees and does by its link, without an account and without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response, StreamingResponse

from domain.authority import CommandKind
from domain.open_acts import open_acts
from domain.values import MOST_ATTACHMENTS
from ledger import reads
from runtime.text import text
from starter.access import limits, links
from starter.access.limits import LINK_POSTS
from starter.attachments.naming import FIELD
from starter.cli.explain import explain
from starter.errors import CommandRefused, LianbanError, SystemUnreachable
from web import cookies, live, mine_view
from web.files import Chosen, chosen
from web.link_holder import LINK_COOKIE, Holder, Holding, LinkClosed, opened_link
from web.render import page
from web.viewer import NotFound, house, pool_of, signer_of

router = APIRouter()
ACTS: Mapping[str, CommandKind] = {
    "evaluate": "evaluate",
    "material": "supply_material",
    "withdraw": "withdraw",
}
"""What an enterprise may do, by the name in the address."""
KINDS = frozenset(ACTS.values())
TYPED: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("score", "comment"),
    "material": ("text",),
    "withdraw": ("reason",),
}
STALE = frozenset({"evaluate", "withdraw"})
"""What is not done unseen where something happened since the form was opened."""
BLOCKS = frozenset({"standing", "acts", "story"})


@router.get("/e/{token}")
async def enter(request: Request, token: str) -> Response:
    """Exchange the secret in the address for a cookie, and go to the page without it."""
    link = await opened_link(request, token)
    await links.opened(pool_of(request), link.link)
    answer = RedirectResponse(f"/my/{link.link}", 303)
    lasts = int((link.expires_at - datetime.now(UTC)).total_seconds())
    cookies.set_cookie(request, answer, LINK_COOKIE, token, lasts, f"/my/{link.link}")
    return answer


@router.get("/my/{link}")
async def show(request: Request, holder: Holding, block: str = "") -> Response:
    """Where the demand stands, what happened, what can be done."""
    facts = await _facts(request, holder)
    if block in BLOCKS:
        return page(request, "mine.html", block=block, **facts)
    return page(request, "mine.html", **facts)


@router.get("/my/{link}/live")
async def changes(request: Request, holder: Holding) -> StreamingResponse:
    """Tells an open page that something changed, as long as the link is in force."""
    token = request.cookies[LINK_COOKIE]

    async def allowed() -> bool:
        try:
            await opened_link(request, token)
        except LinkClosed:
            return False
        return True

    return live.stream(request.app.state.hub, holder.stored.state.demand, allowed)


@router.get("/my/{link}/{act}")
async def form(request: Request, holder: Holding, act: str) -> Response:
    """The form of one act."""
    kind = _kind(act)
    if kind not in _open(holder):
        return cookies.done(request, holder.home, "mine_gone", f"act.{kind}")
    return _form_page(request, holder, act)


@router.post("/my/{link}/{act}")
async def submit(request: Request, holder: Holding, act: str) -> Response:
    """Do it, or show the form again with what was typed, and why."""
    _kind(act)
    async with request.form() as given:
        return await _submitted(request, holder, act, given)


async def _submitted(request: Request, holder: Holder, act: str, given: FormData) -> Response:
    typed = {name: _text(given, name) for name in TYPED[act]}
    pool, signer = pool_of(request), signer_of(request)
    if not await limits.attempt(pool, signer, LINK_POSTS, holder.link.link):
        return _form_page(request, holder, act, 429, typed=typed, problem=text("mine.too_often"))
    since = await _since(request, holder, _text(given, "seen"))
    if since and act in STALE:
        return _form_page(request, holder, act, 409, typed=typed, since=since)
    if act == "withdraw" and typed["reason"] and _text(given, "sure") != "yes":
        return _form_page(request, holder, act, typed=typed, confirm=True)
    files = Chosen([], "")
    if act == "material":
        files = await chosen(request, given, holder.link.account)
    again: dict[str, Any] = {"typed": typed, "kept": files.as_typed}
    if files.problem:
        return _form_page(request, holder, act, 422, problem=files.problem, **again)
    try:
        await _give(request, holder, act, typed, files, _text(given, "command_id"))
    except LianbanError as error:
        status = 503 if isinstance(error, SystemUnreachable) else 422
        return _form_page(request, holder, act, status, problem=_why(act, error), **again)
    return cookies.done(request, holder.home, f"mine_{act}")


async def _give(
    request: Request,
    holder: Holder,
    act: str,
    typed: Mapping[str, str],
    files: Chosen,
    command_id: str,
) -> None:
    """Give the command in the enterprise's name. Raises `LianbanError`."""
    fields: dict[str, Any] = {name: value for name, value in typed.items() if value}
    if files.named:
        fields[FIELD] = files.named
    demand, who = holder.link.demand, holder.link.account
    await house(request).gateway.act(demand, who, ACTS[act], fields, command_id or None)


def _why(act: str, error: LianbanError) -> str:
    """What went wrong, in words for somebody who is not of the house."""
    if error.code == "nothing_supplied":
        return text("mine.needed_material")
    if isinstance(error, CommandRefused) and error.code == "invalid_input":
        field = error.facts.get("field", "")
        if field == FIELD:
            return text("mine.too_many_files", limit=MOST_ATTACHMENTS)
        if error.facts.get("type") == "string_too_long":
            return text("mine.too_long", limit=error.facts["limit"])
        return text("mine.unfit") if field in ("text", "comment") else text(f"mine.needed_{act}")
    return explain(error).message


def _kind(act: str) -> CommandKind:
    if act not in ACTS:
        raise NotFound
    return ACTS[act]


def _open(holder: Holder) -> list[str]:
    """What the enterprise may do now, the most awaited first."""
    if not holder.known:
        return []
    now = datetime.now(UTC)
    return [kind for kind in open_acts(holder.actor, holder.stored.state, now) if kind in KINDS]


def _text(given: FormData, name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


async def _since(request: Request, holder: Holder, seen: str) -> list[mine_view.Told]:
    """What happened since the form was opened, as far as it concerns the enterprise."""
    if not seen.isdecimal() or len(seen) > 9 or int(seen) >= holder.stored.seq:
        return []
    rows = await reads.events(pool_of(request), holder.link.demand)
    return mine_view.story_of(holder.stored.state, rows, after=int(seen))


async def _facts(request: Request, holder: Holder) -> dict[str, Any]:
    """All that the page shows."""
    state, now = holder.stored.state, datetime.now(UTC)
    rows = await reads.events(pool_of(request), holder.link.demand)
    spoken = state.evaluations[-1] if state.evaluations else None
    return {
        **_common(request, holder),
        "path": mine_view.path_of(state),
        "standing": mine_view.standing_of(state, now),
        "answer": mine_view.answer_of(state),
        "story": mine_view.story_of(state, rows),
        "spoken": spoken,
        "after": mine_view.after_evaluation(state) if spoken else "",
        "acts": [act for act, kind in ACTS.items() if kind in _open(holder)],
        "live": f"{holder.home}/live",
    }


def _common(request: Request, holder: Holder) -> dict[str, Any]:
    state = holder.stored.state
    return {
        "home": holder.home,
        "state": state,
        "unit": mine_view.unit_of(state, holder.resolver.directory),
        "phone": house(request).settings.service_phone,
        "until": holder.link.expires_at,
    }


def _form(act: str, holder: Holder, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {
        "act": act,
        "typed": typed or dict.fromkeys(TYPED[act], ""),
        "seen": holder.stored.seq,
        "command_id": str(uuid.uuid4()),
    }


def _form_page(
    request: Request,
    holder: Holder,
    act: str,
    status: int = 200,
    *,
    typed: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    known = {
        "problem": "",
        "since": [],
        "confirm": False,
        "kept": [],
        "form": _form(act, holder, typed),
    }
    facts = {**_common(request, holder), **known, **more}
    return page(request, "mine_form.html", status=status, **facts)
