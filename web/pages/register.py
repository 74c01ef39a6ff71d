"""Registering one demand: by the rules of a list's rows, so that both refuse and mend the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_open
from domain.calendar import PARK_TIME
from domain.directory import Directory
from domain.values import Urgency
from runtime.text import text
from starter.cli import options
from starter.cli.explain import explain
from starter.connections import Connections
from starter.errors import LianbanError, SystemUnreachable
from starter.intake import Intake
from starter.policies import policy_in_force
from starter.registering import Registered, list_of_month, register
from starter.workbook.list_rows import ListRow
from starter.workbook.lookup import Lookup
from starter.workbook.mending import as_row
from starter.workbook.models import GoodRow, TypedRow
from web import cookies
from web.render import page
from web.viewer import NotFound, SignedIn, demand_of, house, pool_of

router = APIRouter()
NAMES_OFFERED = 2_000
"""More enterprises than that are typed without suggestions: the page would carry them all."""


@dataclass
class Typed:
    """What was typed, and what is wrong with it by field; `problem` is of no field."""

    row: TypedRow = field(default_factory=TypedRow)
    list_id: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@router.get("/register")
async def form(request: Request, viewer: SignedIn, enterprise: str = "") -> Response:
    """The form; a link may bring the enterprise along."""
    _allow(viewer.actor)
    usual = TypedRow(urgency=Urgency.GENERAL.value, enterprise=enterprise[:200])
    return await _form(request, Typed(usual, list_of_month(house(request).settings)))


@router.post("/register")
async def submit(request: Request, viewer: SignedIn) -> Response:
    """Register it, or show the form again with what is wrong."""
    actor, to = viewer.actor, house(request)
    _allow(actor)
    typed = _typed(await request.form())
    directory = (await to.gateway.resolver()).directory
    row = _read(typed, directory)
    if row is None:
        return await _form(request, typed, status=422)
    try:
        done = await _register(to, actor, typed.list_id, row)
    except LianbanError as error:
        typed.problem = explain(error).message
        return await _form(request, typed, 503 if isinstance(error, SystemUnreachable) else 422)
    if not done.recorded:  # it is accepted, and there is no page of it yet
        return page(request, "registered.html", demand=done.demand, state=None)
    flash = "registered" if done.started else "registered_before"
    return cookies.done(request, f"/register/{done.demand}", flash)


@router.get("/register/{demand}")
async def registered(request: Request, viewer: SignedIn, demand: str) -> Response:
    """What was registered, what it may repeat, and how to go on."""
    _allow(viewer.actor)
    stored = await demand_of(pool_of(request), viewer.actor, demand)
    return page(request, "registered.html", demand=demand, state=stored.state)


def _allow(actor: Actor) -> None:
    if not may_open(actor, "register"):
        raise NotFound


def _typed(given: FormData) -> Typed:
    def of(name: str) -> str:
        return str(given.get(name, "")).strip()

    row = TypedRow(**{name: of(name) for name in TypedRow.model_fields if name != "chain"})
    return Typed(row, options.code(of("list")))


def _read(typed: Typed, directory: Directory) -> GoodRow | None:
    """The row, or None with every problem beside its field."""
    reader = ListRow(
        *as_row(typed.row, 0),
        Lookup(directory),
        datetime.now(PARK_TIME).date(),
        counts_from_1904=False,
    )
    row = reader.read("")
    for problem in reader.problems:
        said = text("web.register_problem", problem=problem.message, mend=problem.mend)
        typed.problems.setdefault(problem.field or "text", said)
    return row


async def _register(to: Connections, actor: Actor, list_id: str, row: GoodRow) -> Registered:
    into = list_id or list_of_month(to.settings)
    return await register(to, Intake(into, "", actor, policy_in_force(to.settings)), row)


async def _form(request: Request, typed: Typed, status: int = 200) -> Response:
    directory = (await house(request).gateway.resolver()).directory
    return page(request, "register.html", status=status, typed=typed, **_choices(directory))


def _choices(directory: Directory) -> Mapping[str, Any]:
    enterprises = [(one.name, one.uscc) for one in directory.enterprises]
    return {
        "enterprises": enterprises if len(enterprises) <= NAMES_OFFERED else [],
        "categories": [(route.category, route.category) for route in directory.routes],
        "urgencies": [(one.value, text(f"word.{one.value}")) for one in Urgency],
    }
