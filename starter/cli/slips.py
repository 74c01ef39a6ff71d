"""Slips in Word, to be printed, signed and filed: of an assignment, and of a supervision."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from domain.sealing import SeenEvent
from domain.state import DemandState
from runtime.text import language, text
from starter.cli import options, output
from starter.cli.app import command, slip_app
from starter.cli.options import As, DemandId, Json, option
from starter.cli.session import ledger, reader
from starter.errors import CommandRefused
from starter.reading import life_for
from starter.slips import of_demand, template_of, values
from starter.slips.of_demand import Slip
from starter.slips.render import fill
from starter.slips.values import NAMES, Values

Out = Annotated[Path | None, option("out", "--out", "-o")]
Template = Annotated[Path | None, option("template", "--template")]


@command(slip_app, "assignment")
async def assignment(
    demand: DemandId,
    /,
    *,
    out: Out = None,
    template: Template = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """交办单: of the unit that has the demand now."""
    state, events = await _of(demand, as_)
    found = values.assignment(state, events, datetime.now(UTC))
    name = of_demand.file_name(Slip("assignment"), state)
    return _write("assignment", found, template, out or _own(name), json)


@command(slip_app, "supervision")
async def supervision(
    demand: DemandId,
    /,
    *,
    number: Annotated[int | None, option("slip_number", "--number")] = None,
    out: Out = None,
    template: Template = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """督办单: that of the number, or the last one."""
    state, events = await _of(demand, as_)
    found = values.supervision(state, events, number, datetime.now(UTC))
    name = of_demand.file_name(Slip("supervision", number), state)
    return _write("supervision", found, template, out or _own(name), json)


async def _of(demand: str, as_: str | None) -> tuple[DemandState, tuple[SeenEvent, ...]]:
    async with ledger() as pool:
        seen = await life_for(pool, await reader(pool, as_), options.demand_id(demand))
    return seen.stored.state, seen.events


def _own(name: str) -> Path:
    """A name that we chose ourselves must not cost anybody a file that they have filled in."""
    path = Path(name)
    if path.exists():
        raise CommandRefused("slip_exists", file=name)
    return path


def _write(kind: str, found: Values, template: Path | None, out: Path, json: bool) -> int:
    out.write_bytes(fill(template or template_of(kind, language()), found, NAMES[kind]))
    if json:
        output.data({"file": str(out), "values": found})
    else:
        output.say(text("slip.written", number=found["number"], file=out), "bold")
    return output.DONE
