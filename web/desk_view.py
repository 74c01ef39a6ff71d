"""The desk's view of the ledger: from the address to what is asked for, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from domain.calendar import PARK_TIME
from domain.values import Status, Urgency, unprintable
from ledger.demand_views import Colour, Order, View

PAGE_SIZE = 50
STATES = ("open", *(status.value for status in Status))
COLOURS: tuple[Colour, ...] = get_args(Colour)
_WORDS = 8
_LONGEST = 100
_LAST_PAGE = 100_000


@dataclass(frozen=True)
class Asked:
    """What an address asks for; `typed` is the search box as it was typed."""

    view: View
    typed: str = ""
    number: int = 1

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.number - 1) * PAGE_SIZE

    @property
    def address(self) -> str:
        """The address of this very page, in its shortest form."""
        return self.to("/demands", page=self.number)

    @property
    def narrowed(self) -> bool:
        """Whether anything at all is asked for."""
        return replace(self.view, order=Order.DUE) != View()

    @property
    def by_form(self) -> bool:
        """Whether one of the filters is set that a quick view doesn't set."""
        view = self.view
        return bool(view.chain or view.unit or view.squad or view.category or view.urgency)

    def value_of(self, name: str) -> str:
        """What a filter is set to."""
        return str(dict(_given(self)).get(name, ""))

    def to(self, path: str, **changes: Any) -> str:
        """An address like this one, with other values for some names; the first page of it."""
        given = dict(_given(self)) | changes
        query = urlencode({k: v for k, v in given.items() if v and (k, v) != ("page", 1)}, True)
        return f"{path}?{query}" if query else path


def asked(params: QueryParams) -> Asked:
    """Read it; what makes no sense is as if it weren't there."""
    typed = "".join(c for c in params.get("q", "")[:_LONGEST] if not unprintable(c)).strip()
    states = [state for state in params.getlist("state") if state in STATES]
    colour = params.get("colour", "")
    order = params.get("sort", "")
    number = params.get("page", "")
    view = View(
        states=tuple(dict.fromkeys(states)),
        since=_midnight(params.get("since", "")),
        chain=_code(params, "chain"),
        unit=_code(params, "unit"),
        squad=_code(params, "squad"),
        category=_code(params, "category"),
        urgency=_code(params, "urgency") if params.get("urgency") in set(Urgency) else "",
        colour=next((one for one in COLOURS if one == colour), None),
        list_id=_code(params, "list"),
        words=tuple(typed.split()[:_WORDS]),
        order=Order(order) if order in set(Order) else Order.DUE,
    )
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    return Asked(view, typed, min(max(page, 1), _LAST_PAGE))


def _code(params: QueryParams, name: str) -> str:
    value = params.get(name, "").strip()[:_LONGEST]
    return "" if unprintable(value) else value


def _midnight(day: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), PARK_TIME)
    except ValueError:
        return None


def _given(of: Asked) -> Mapping[str, Any]:
    view = of.view
    return {
        "q": of.typed,
        "state": list(view.states),
        "since": view.since.date().isoformat() if view.since else "",
        "chain": view.chain,
        "unit": view.unit,
        "squad": view.squad,
        "category": view.category,
        "urgency": view.urgency,
        "colour": view.colour or "",
        "list": view.list_id,
        "sort": "" if view.order is Order.DUE else view.order.value,
    }
