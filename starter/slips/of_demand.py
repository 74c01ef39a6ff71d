"""The slips of a demand: which there are, what each says, and the Word file of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from domain.state import DemandState
from runtime.text import language, text
from starter.errors import CommandRefused
from starter.slips import template_of, values
from starter.slips.render import fill
from starter.slips.values import NAMES, Values


@dataclass(frozen=True)
class Slip:
    """A slip to print: `kind` is that of its template, `slip` the number of a supervision."""

    kind: str
    slip: int | None = None


def slips_of(state: DemandState) -> list[Slip]:
    """The slips that there are now: of the assignment, and of each supervision."""
    assigned = [Slip("assignment")] if state.unit is not None else []
    return assigned + [Slip("supervision", one.slip) for one in state.supervisions]


def said(slip: Slip, state: DemandState, events: Sequence[Event], now: datetime) -> Values:
    """What it says. Raises `CommandRefused` where there is no such slip."""
    if slip.kind == "assignment":
        return values.assignment(state, events, now)
    if slip.kind != "supervision":
        raise CommandRefused("unknown_slip", demand=state.demand, number=slip.kind, known="")
    return values.supervision(state, events, slip.slip, now)


def file_name(slip: Slip, state: DemandState) -> str:
    """What the Word file is called. Raises `CommandRefused` where there is no such slip."""
    if slip.kind == "assignment":
        return text("slip.assignment_file", demand=state.demand)
    number = values.slip_number(state, slip.slip)
    return text("slip.supervision_file", demand=state.demand, slip=number)


def document(slip: Slip, found: Values) -> bytes:
    """The Word file, by our own template."""
    return fill(template_of(slip.kind, language()), found, NAMES[slip.kind])
