"""An act's form, and what comes of submitting it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from domain.actors import Actor
from domain.authority import ALL_KINDS, CommandKind, right_to
from domain.open_acts import open_acts
from domain.refusal import RefusalCode
from domain.state import DemandState
from domain.values import MOST_ATTACHMENTS, Right
from ledger.pool import Pool
from ledger.reads import StoredDemand
from ledger.sql import sql
from runtime.text import text
from starter.cli.explain import explain
from starter.errors import CommandRefused, LianbanError
from starter.resolve import Resolver
from web import act_input, cookies
from web import files as form_files
from web.act_fields import FIELDS, GRAVE
from web.act_limits import limits_of
from web.act_options import options_of, renewed, suggested
from web.demand_view import Happening
from web.render import page
from web.since import blocking, since_then
from web.viewer import NotFound, SignedIn, demand_of, house, pool_of

router = APIRouter()


def form_facts(
    kind: CommandKind,
    actor: Actor,
    state: DemandState,
    seq: int,
    resolver: Resolver,
    typed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the template of a form needs; `seq` is what the person has seen of the demand.

    Each has a command id of its own: a form that was refused and is sent again is another command.
    """
    on_behalf = right_to(actor, kind, state) is Right.ON_BEHALF
    fields = [field for field in FIELDS[kind] if on_behalf or not field.on_behalf]
    return {
        "kind": kind,
        "on_behalf": on_behalf,
        "gone": kind not in open_acts(actor, state, datetime.now(UTC)),
        "fields": fields,
        "options": {f.name: options_of(f, actor, state, resolver.directory) for f in fields},
        "values": suggested(kind, actor, state, resolver) if typed is None else typed,
        "limits": limits_of(state, datetime.now(UTC)),
        "typed": "" if typed is None else "refused",
        "files": form_files.shown((typed or {}).get(form_files.KEPT, ())),
        "most_files": MOST_ATTACHMENTS,
        "upload_to": "/attachments",
        "seen": seq,
        "command_id": str(uuid.uuid4()),
        "grave": kind in GRAVE,
        "leaders": [],
    }


async def remembered(
    pool: Pool, facts: dict[str, Any], state: DemandState, begins: bool
) -> dict[str, Any]:
    """The same with what was written the last time: the leader whom a unit named before."""
    if facts["kind"] == "claim" and state.unit is not None:
        rows = await pool.fetch(sql("leaders_of_unit"), state.unit.code)
        facts["leaders"] = [row["leader"] for row in rows]
        if begins and facts["leaders"]:
            facts["values"] = {"responsible_leader": facts["leaders"][0], **facts["values"]}
    return facts


def kind_of(kind: str) -> CommandKind:
    """An act that has a form. Raises `NotFound`."""
    if kind not in ALL_KINDS or kind not in FIELDS:
        raise NotFound
    return kind


@router.get("/demands/{demand}/acts/{kind}")
async def form(
    request: Request, viewer: SignedIn, demand: str, kind: str, chosen: str = ""
) -> Response:
    """The form alone on a page, as long as this person may do it now.

    `chosen` is which instruction, or which milestone, it is about.
    """
    act, pool = kind_of(kind), pool_of(request)
    stored = await demand_of(pool, viewer.actor, demand)
    if act not in open_acts(viewer.actor, stored.state, datetime.now(UTC)):
        return cookies.done(request, f"/demands/{demand}", "act_gone", f"act.{act}")
    resolver = await house(request).gateway.resolver()
    facts = form_facts(act, viewer.actor, stored.state, stored.seq, resolver)
    if chosen.isdecimal() and act in ("respond", "complete_milestone"):
        facts["values"] = {FIELDS[act][0].name: chosen}
    return _form_page(request, stored.state, await remembered(pool, facts, stored.state, True))


@router.get("/demands/{demand}/acts/{kind}/taken")
async def taken(
    request: Request, viewer: SignedIn, demand: str, kind: str, command_id: str
) -> Response:
    """Whether a form that was sent, and whose answer was lost, has taken effect."""
    kind_of(kind)
    pool = pool_of(request)
    await demand_of(pool, viewer.actor, demand)
    event = await _event_of(pool, demand, command_id, viewer.actor)
    return JSONResponse({"taken": event is not None})


@router.post("/demands/{demand}/acts/{kind}")
async def submit(request: Request, viewer: SignedIn, demand: str, kind: str) -> Response:
    """Give the command; or show the form again with what was typed, and why.

    A form that comes twice, by a second tap or from a phone that lost the answer, is one command.
    """
    act, actor, pool = kind_of(kind), viewer.actor, pool_of(request)
    stored = await demand_of(pool, actor, demand)
    async with request.form() as given:
        chosen = await form_files.chosen(request, given, actor.account)
        typed = act_input.typed(given) | {form_files.KEPT: chosen.as_typed}
        resolver = await house(request).gateway.resolver()
        again = form_facts(act, actor, stored.state, stored.seq, resolver, typed)
        again = await remembered(pool, again, stored.state, False)
        command_id = _text(given, "command_id")
        known = await _event_of(pool, demand, command_id, actor) if command_id else None
        since = [] if known else await _overtaken_by(pool, actor, stored, _text(given, "seen"))
        if since:
            again["values"] = renewed(act, stored.state, typed)
            return _form_page(request, stored.state, again, status=409, since=since)
        if chosen.problem:
            return _form_page(request, stored.state, again, status=422, problem=chosen.problem)
        try:
            fields = act_input.fields_of(given, FIELDS[act], chosen.named)
            gateway = house(request).gateway
            accepted = await gateway.act(demand, actor.account, act, fields, command_id or None)
        except LianbanError as error:
            if known and error.code == RefusalCode.ENDED.value:
                return _done(request, given, demand, known)
            return _refused(request, stored.state, again, error, command_id)
        return _done(request, given, demand, accepted.answer.events[0].event.kind)


async def _overtaken_by(
    pool: Pool, actor: Actor, stored: StoredDemand, seen: str
) -> list[Happening]:
    """What was done that the person who filled the form in hasn't seen, if it matters to them."""
    if not seen.isdecimal() or int(seen) >= stored.seq:
        return []
    since = await since_then(pool, actor, stored.state.demand, int(seen))
    return since if blocking(since) else []


async def _event_of(pool: Pool, demand: str, command_id: str, actor: Actor) -> str | None:
    """The kind of what a command of this person has already made of the demand."""
    kind: str | None = await pool.fetchval(
        sql("event_of_command"), demand, command_id.replace("\0", ""), actor.account
    )
    return kind


def _text(given: FormData, name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _refused(
    request: Request,
    state: DemandState,
    again: Mapping[str, Any],
    error: LianbanError,
    command_id: str,
) -> Response:
    """The form again. What may have been done keeps its id, so that it isn't done twice."""
    if not isinstance(error, CommandRefused):
        unsure = {**again, "typed": "unsure", "command_id": command_id}
        return _form_page(request, state, unsure, status=503, problem=explain(error).message)
    if error.code == "unknown_demand":
        raise NotFound from error
    reused = error.code == "command_id_reused"
    problem = text("web.act_reused") if reused else explain(error).message
    return _form_page(request, state, again, status=422, problem=problem)


def _done(request: Request, given: FormData, demand: str, event: str) -> Response:
    """On to the demand, or back to where a short form of it stood."""
    where = "/leader" if _text(given, "back") == "/leader" else f"/demands/{demand}"
    return cookies.done(request, where, "acted", f"event.{event}")


def _form_page(
    request: Request, state: DemandState, facts: Mapping[str, Any], status: int = 200, **more: Any
) -> Response:
    live = f"/live?demand={state.demand}&seen={facts['seen']}"
    known = {"problem": "", "since": [], "state": state, "live": live}
    return page(request, "act_form.html", status=status, form=facts, **{**known, **more})
