"""What a unit does about time: contact, more of it, help from other units, a leader's word."""

from __future__ import annotations

from typing import Annotated

from starter.cli import options
from starter.cli.acting import act
from starter.cli.app import app, command, group
from starter.cli.options import As, Attach, CommandId, DemandId, Json, option

extension_app = group("extension", "help.extension_ask_example")
co_handling_app = group("co-handling", "help.co_handling_ask_example")


@command(app, "contact")
async def contact(
    demand: DemandId,
    /,
    *,
    note: Annotated[str, option("contact_note", "--note")],
    answers: Annotated[bool, option("answers", "--answers")] = False,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The unit or its squad spoke with the enterprise."""
    fields = {"note": note, "answers": answers}
    return await act("contact", demand, fields, as_=as_, command_id=command_id, json=json)


@command(extension_app, "ask")
async def ask_extension(
    demand: DemandId,
    /,
    *,
    more: Annotated[str, option("more", "--more")],
    reason: Annotated[str, option("reason", "--reason")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """So much more time to resolve it, from where it is due."""
    fields = {"more": str(options.duration(more)), "reason": reason}
    return await act("ask_extension", demand, fields, as_=as_, command_id=command_id, json=json)


@command(extension_app, "grant")
async def grant_extension(
    demand: DemandId,
    /,
    *,
    note: Annotated[str, option("note", "--note")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """What was asked for, no more and no less."""
    fields = {"note": note}
    return await act("grant_extension", demand, fields, as_=as_, command_id=command_id, json=json)


@command(extension_app, "refuse")
async def refuse_extension(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The deadline stays."""
    fields = {"reason": reason}
    return await act("refuse_extension", demand, fields, as_=as_, command_id=command_id, json=json)


@command(co_handling_app, "ask")
async def ask_co_handling(
    demand: DemandId,
    /,
    *,
    unit: Annotated[str, option("co_unit", "--unit")],
    request: Annotated[str, option("request", "--request")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """Another unit is to do a part."""
    fields = {"unit": unit, "request": request}
    return await act("ask_co_handling", demand, fields, as_=as_, command_id=command_id, json=json)


@command(co_handling_app, "accept")
async def accept_co_handling(
    demand: DemandId,
    /,
    *,
    note: Annotated[str, option("note", "--note")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The other unit takes it on."""
    fields = {"note": note}
    return await act(
        "accept_co_handling", demand, fields, as_=as_, command_id=command_id, json=json
    )


@command(co_handling_app, "report")
async def report_co_handling(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("progress_text", "--text")],
    attach: Attach = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """How far the other unit is."""
    fields = {"text": text}
    return await act(
        "report_co_handling",
        demand,
        fields,
        as_=as_,
        command_id=command_id,
        json=json,
        attach=attach,
    )


@command(co_handling_app, "finish")
async def finish_co_handling(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("co_finished", "--text")],
    attach: Attach = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The other unit has done its part."""
    fields = {"text": text}
    return await act(
        "finish_co_handling",
        demand,
        fields,
        as_=as_,
        command_id=command_id,
        json=json,
        attach=attach,
    )


@command(app, "respond")
async def respond(
    demand: DemandId,
    number: Annotated[int, option("instruction")],
    /,
    *,
    text: Annotated[str, option("response", "--text")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """What was done about a leader's instruction."""
    fields = {"instruction": number, "text": text}
    return await act("respond", demand, fields, as_=as_, command_id=command_id, json=json)
