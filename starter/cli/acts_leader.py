"""What leaders say, and what the bureau does in their stead: instruct, supervise, rule, revisit."""

from __future__ import annotations

from typing import Annotated

from ledger import reads
from starter.cli import options
from starter.cli.acting import act, by_routing, give, report
from starter.cli.app import app, command
from starter.cli.options import As, CommandId, DemandId, Json, option
from starter.cli.output import DONE
from starter.cli.session import session


@command(app, "instruct")
async def instruct(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("instruction_text", "--text")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """A leader says what is to be done; what was escalated is acknowledged by it."""
    fields = {"text": text}
    return await act("instruct", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "supervise")
async def supervise(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """By hand, at any time, with a numbered slip."""
    fields = {"reason": reason}
    return await act("supervise", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "adjudicate")
async def adjudicate(
    demand: DemandId,
    /,
    *,
    unit: Annotated[str, option("unit", "--unit")],
    ruling: Annotated[str, option("ruling", "--ruling")],
    squad: Annotated[str | None, option("assign_squad", "--squad")] = None,
    legal_basis: Annotated[str, option("legal_basis", "--legal-basis")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """This unit it is, and it cannot give it back."""
    demand = options.demand_id(demand)
    async with session() as to:
        found = await reads.demand(to.pool, demand)
        if found is not None and squad is None:
            _, squad = await by_routing(to, found.state.category, unit, squad)
        fields = {"unit": unit, "squad": squad, "ruling": ruling, "legal_basis": legal_basis}
        accepted = await give(to, "adjudicate", demand, fields, as_=as_, command_id=command_id)
    report(accepted, json)
    return DONE


@command(app, "follow-up")
async def follow_up(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("follow_up_text", "--text")],
    satisfied: Annotated[bool, option("satisfied", "--satisfied", negative="--dissatisfied")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The bureau asked the enterprise again: satisfied closes, dissatisfied reopens."""
    fields = {"text": text, "satisfied": satisfied}
    return await act("follow_up", demand, fields, as_=as_, command_id=command_id, json=json)
