"""What a unit and its squad do with a demand."""

from __future__ import annotations

from typing import Annotated

from domain.commands import MilestoneDraft
from domain.values import Outcome
from runtime.settings import Settings
from starter.cli import options
from starter.cli.acting import act
from starter.cli.app import app, command
from starter.cli.options import As, Attach, CommandId, DemandId, Json, option
from starter.cli.session import who


@command(app, "claim")
async def claim(
    demand: DemandId,
    /,
    *,
    leader: Annotated[str, option("leader", "--leader")],
    handler: Annotated[str | None, option("handler", "--handler")] = None,
    squad: Annotated[str | None, option("squad_change", "--squad")] = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The handler is whoever claims, unless named."""
    acting = who(as_, Settings())
    fields = {
        "responsible_leader": leader,
        "handler": options.account(
            handler or (acting if isinstance(acting, str) else acting.account)
        ),
        "squad": squad,
    }
    return await act("claim", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "return")
async def give_back(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    legal_basis: Annotated[str, option("legal_basis", "--legal-basis")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """Not this unit's matter."""
    fields = {"reason": reason, "legal_basis": legal_basis}
    return await act("return", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "plan")
async def plan(
    demand: DemandId,
    /,
    *,
    summary: Annotated[str, option("summary", "--summary")],
    milestone: Annotated[list[str] | None, option("milestone", "--milestone")] = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """A plan with its milestones, in the order given."""
    milestones = [draft(typed).model_dump() for typed in milestone or ()]
    fields = {"summary": summary, "milestones": milestones}
    return await act("plan", demand, fields, as_=as_, command_id=command_id, json=json)


def draft(typed: str) -> MilestoneDraft:
    """A milestone as typed: its title, or `TITLE@DAY`."""
    title, at, due = typed.replace("＠", "@").rpartition("@")
    if not at or not due.strip()[:1].isdecimal():
        return MilestoneDraft.model_construct(title=typed)
    return MilestoneDraft.model_construct(title=title, due_on=options.day(due))


@command(app, "hand")
async def hand(
    demand: DemandId,
    /,
    *,
    to: Annotated[str, option("to", "--to")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """To a member of the squad, or another handler of the unit."""
    fields = {"to": options.account(to)}
    return await act("hand", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "progress")
async def progress(
    demand: DemandId,
    /,
    *,
    text: Annotated[str, option("progress_text", "--text")],
    percent: Annotated[int | None, option("percent", "--percent")] = None,
    attach: Attach = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """What was done, and how far it is."""
    fields = {"text": text, "percent": percent}
    return await act(
        "report_progress", demand, fields, as_=as_, command_id=command_id, json=json, attach=attach
    )


@command(app, "milestone")
async def complete(
    demand: DemandId,
    number: Annotated[int, option("number")],
    /,
    *,
    note: Annotated[str, option("note", "--note")] = "",
    attach: Attach = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """A milestone of the plan is done."""
    fields = {"milestone": number, "note": note}
    return await act(
        "complete_milestone",
        demand,
        fields,
        as_=as_,
        command_id=command_id,
        json=json,
        attach=attach,
    )


@command(app, "pause")
async def pause(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    until: Annotated[str, option("until", "--until")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The work waits for something outside."""
    fields = {"reason": reason, "until": options.instant(until)}
    return await act("pause", demand, fields, as_=as_, command_id=command_id, json=json)


@command(app, "resume")
async def resume(
    demand: DemandId,
    /,
    *,
    note: Annotated[str, option("note", "--note")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The work goes on."""
    return await act("resume", demand, {"note": note}, as_=as_, command_id=command_id, json=json)


@command(app, "resolve")
async def resolve(
    demand: DemandId,
    /,
    *,
    outcome: Annotated[str, option("outcome", "--outcome")],
    text: Annotated[str, option("resolution", "--text")],
    review_on: Annotated[str | None, option("review_on", "--review-on")] = None,
    attach: Attach = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """The unit's word on what came of it."""
    fields = {
        "outcome": options.word(Outcome, outcome),
        "text": text,
        "review_on": options.day(review_on) if review_on else None,
    }
    return await act(
        "resolve", demand, fields, as_=as_, command_id=command_id, json=json, attach=attach
    )
