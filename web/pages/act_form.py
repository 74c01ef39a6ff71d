"""An act's form, and what comes of submitting it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import ALL_KINDS, CommandKind, right_to
from domain.open_acts import open_acts
from domain.state import DemandState
from domain.values import Right
from starter.cli.explain import explain
from starter.errors import CommandRefused, LianbanError, SystemUnreachable
from starter.resolve import Resolver
from web import act_input, cookies
from web.act_fields import FIELDS, GRAVE
from web.act_options import options_of, renewed, suggested
from web.render import page
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
    """What the template of a form needs; `seq` is what the person has seen of the demand."""
    on_behalf = right_to(actor, kind, state) is Right.ON_BEHALF
    fields = [field for field in FIELDS[kind] if on_behalf or not field.on_behalf]
    return {
        "kind": kind,
        "fields": fields,
        "options": {f.name: options_of(f, actor, state, resolver.directory) for f in fields},
        "values": suggested(kind, actor, state, resolver) if typed is None else typed,
        "seen": seq,
        "command_id": str(uuid.uuid4()),
        "grave": kind in GRAVE,
    }


def kind_of(kind: str) -> CommandKind:
    """An act that has a form. Raises `NotFound`."""
    if kind not in ALL_KINDS or kind not in FIELDS:
        raise NotFound
    return kind


@router.get("/demands/{demand}/acts/{kind}")
async def form(request: Request, viewer: SignedIn, demand: str, kind: str) -> Response:
    """The form alone on a page, as long as this person may do it now."""
    act = kind_of(kind)
    stored = await demand_of(pool_of(request), viewer.actor, demand)
    if act not in open_acts(viewer.actor, stored.state, datetime.now(UTC)):
        return cookies.done(request, f"/demands/{demand}", "act_gone", f"act.{act}")
    resolver = await house(request).gateway.resolver()
    facts = form_facts(act, viewer.actor, stored.state, stored.seq, resolver)
    return _form_page(request, stored.state, facts)


@router.post("/demands/{demand}/acts/{kind}")
async def submit(request: Request, viewer: SignedIn, demand: str, kind: str) -> Response:
    """Give the command; or show the form again with what was typed, and why.

    A form that comes twice, by a second tap or from a phone that lost the answer, is one command.
    """
    act, actor = kind_of(kind), viewer.actor
    pool, to = pool_of(request), house(request)
    stored = await demand_of(pool, actor, demand)
    given = await request.form()
    seen, typed = str(given.get("seen", "")), act_input.typed(given)
    command_id = str(given.get("command_id", "")) or None
    resolver = await to.gateway.resolver()
    again = form_facts(act, actor, stored.state, stored.seq, resolver, typed)
    if seen.isdecimal() and int(seen) < stored.seq:
        from web.pages.demand import since_then

        since = await since_then(pool, actor, demand, int(seen))
        if command_id not in {one.command_id for one in since}:
            again["values"] = renewed(act, stored.state, typed)
            return _form_page(request, stored.state, again, status=409, since=since)
    try:
        fields = act_input.fields_of(given, FIELDS[act])
        accepted = await to.gateway.act(demand, actor.account, act, fields, command_id)
    except LianbanError as error:
        if isinstance(error, CommandRefused) and error.code == "unknown_demand":
            raise NotFound from error
        status = 503 if isinstance(error, SystemUnreachable) else 422
        return _form_page(
            request, stored.state, again, status=status, problem=explain(error).message
        )
    event = accepted.answer.events[0].event
    where = "/leader" if given.get("back") == "/leader" else f"/demands/{demand}"
    return cookies.done(request, where, "acted", f"event.{event.kind}")


def _form_page(
    request: Request, state: DemandState, facts: Mapping[str, Any], status: int = 200, **more: Any
) -> Response:
    known = {"problem": "", "since": [], "state": state, "live": f"/live?demand={state.demand}"}
    return page(request, "act_form.html", status=status, form=facts, **{**known, **more})
