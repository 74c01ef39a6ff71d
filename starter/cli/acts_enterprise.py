"""What an enterprise says, or the bureau on its behalf with a note of the call."""

from __future__ import annotations

from typing import Annotated

from starter.cli.acting import act
from starter.cli.app import app, command
from starter.cli.options import As, Attach, CallNote, CommandId, DemandId, Json, option


@command(app, "evaluate")
async def evaluate(
    demand: DemandId,
    /,
    *,
    score: Annotated[int, option("score", "--score")],
    comment: Annotated[str, option("comment", "--comment")] = "",
    call_note: CallNote = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """From 1 to 5."""
    fields = {"score": score, "comment": comment, "call_note": call_note}
    return await act("evaluate", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "withdraw")
async def withdraw(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    call_note: CallNote = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The enterprise no longer needs it."""
    fields = {"reason": reason, "call_note": call_note}
    return await act("withdraw", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "material")
async def material(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("material", "--text")] = "",
    attach: Attach = None,
    call_note: CallNote = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """What the enterprise adds: words, files, or both."""
    fields = {"text": text, "call_note": call_note}
    return await act(
        "supply_material",
        demand,
        fields,
        as_=as_,
        command_id=command_id,
        json=json,
        attach=attach,
    )
