"""Giving one command to one demand, and telling what came of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from domain.state import DemandState, holder
from domain.values import MOST_ATTACHMENTS, instant_text
from ledger import directory, reads
from runtime.text import text
from starter import words
from starter.attachments.naming import as_named
from starter.cli import lookups, options, output
from starter.cli.explain import WrongUsage
from starter.cli.session import session, who
from starter.connections import Connections
from starter.errors import CommandRefused
from starter.gateway import Accepted

HINTED = (
    *("wrong_status", "adjudication_pending", "return_too_late", "extension_pending"),
    *("unknown_instruction", "co_handling_open", "no_adjudication"),
)
"""The refusals whose hint names the demand."""


async def act(
    kind: str,
    demand: str,
    fields: Mapping[str, Any],
    *,
    as_: str | None,
    command_id: str | None,
    json: bool,
    attach: Sequence[Path] | None = None,
) -> int:
    """Connect, give the command, report. What is None among the fields is left out."""
    async with session() as to:
        if attach:
            fields = {**fields, "attachments": await taken_in(to, attach, as_)}
        accepted = await give(to, kind, demand, fields, as_=as_, command_id=command_id)
    report(accepted, json)
    return output.DONE


async def give(
    to: Connections,
    kind: str,
    demand: str,
    fields: Mapping[str, Any],
    *,
    as_: str | None,
    command_id: str | None = None,
) -> Accepted:
    """Give the command; units and squads by code or name. Raises what the gateway raises."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name, look_up in (("unit", lookups.unit), ("squad", lookups.squad)):
        if name in given:
            given[name] = await look_up(to.pool, given[name])
    by, demand = who(as_, to.settings), options.demand_id(demand)
    try:
        return await to.gateway.act(demand, by, kind, given, command_id)
    except CommandRefused as refused:
        await _complete(to, refused, demand, kind)
        raise


async def taken_in(to: Connections, paths: Sequence[Path], as_: str | None) -> list[dict[str, str]]:
    """Take the files in, and what the command's field says of them; all are read first.

    Raises what the depot raises, and `OSError` where one cannot be read.
    """
    from starter.attachments.depot import depot  # most commands need no image library

    if len(paths) > MOST_ATTACHMENTS:
        raise WrongUsage("too_many_attachments", most=str(MOST_ATTACHMENTS))
    files = [(path.name, _read(path, to.settings.attachment_bytes)) for path in paths]
    by = who(as_, to.settings)
    account = by if isinstance(by, str) else by.account
    keeps = depot(to.settings, to.pool)
    return as_named([await keeps.take_in(content, name, account) for name, content in files])


def _read(path: Path, most: int) -> bytes:
    """The content; of what is too large only enough to tell."""
    with path.open("rb") as file:
        return file.read(most + 1)


async def by_routing(
    to: Connections, category: str, unit: str | None, squad: str | None
) -> tuple[str, str | None]:
    """The routing's unit and squad, each unless one is given."""
    try:
        suggested, helping = (await to.gateway.resolver()).route(category)
    except CommandRefused:
        if unit is None:
            raise
        return unit, squad
    return unit or suggested.code, squad or (helping.code if helping else None)


async def _complete(to: Connections, refused: CommandRefused, demand: str, act: str) -> None:
    """Add to a refusal what its hint tells of: the demand, and where it stands."""
    if refused.code == "unknown_account":
        with contextlib.suppress(Exception):
            asked = refused.facts["account"].casefold()
            known = [entry.account for entry in (await directory.read(to.pool)).accounts]
            refused.facts.update(near=next(one for one in known if one.casefold() == asked))
    elif refused.code in HINTED:
        refused.facts["demand"] = demand
        if refused.code == "wrong_status":
            refused.facts["act"] = act
            state = await _state(to, demand)
            # Who evaluates waits for a unit whatever the bureau does first.
            if state is not None and state.adjudicating and act != "evaluate":
                refused.facts["adjudicating"] = "true"
    elif refused.code == "not_authorized":
        refused.facts["demand"] = demand
        state = await _state(to, demand)
        if state is not None:
            refused.facts["status"] = state.status.value


async def _state(to: Connections, demand: str) -> DemandState | None:
    """Where it stands, if the ledger can tell: a refusal is told without it as well."""
    with contextlib.suppress(Exception):
        stored = await reads.demand(to.pool, demand)
        return stored.state if stored is not None else None
    return None


def report(accepted: Accepted, json: bool) -> None:
    """What happened, where the demand stands now, and whose turn it is."""
    if json:
        output.data(as_json(accepted))
        return
    state = accepted.state
    for recorded in accepted.answer.events:
        said = words.said(recorded.event, state.plan)
        happened = text(f"event.{recorded.event.kind}")
        output.say(text("cli.happened", demand=state.demand, what=happened), "bold")
        if said:
            output.say(f"  {said}")
    output.say(text("cli.stands", status=words.status(state)))
    now = words.turn(state)
    output.say(text("cli.turn", who=now) if now else text("cli.turn_nobody"))
    events = accepted.answer.events
    step = words.next_step(state, events[-1].event.by if events else None)
    if step:
        output.say(text("cli.next", step=step), "dim")
    if not accepted.recorded:
        output.warn(text("cli.not_recorded"))


def as_json(accepted: Accepted) -> dict[str, Any]:
    """The answer of an act, for scripts."""
    state, now = accepted.state, holder(accepted.state)
    return {
        "command_id": accepted.command_id,
        "demand": state.demand,
        "seq": accepted.answer.seq,
        "status": state.status.value,
        "round": state.round,
        "recorded": accepted.recorded,
        "turn": now.model_dump(mode="json") if now else None,
        "events": [
            {
                "seq": recorded.seq,
                "kind": recorded.event.kind,
                "at": instant_text(recorded.event.at),
                "right": recorded.event.right.value,
                "hash": recorded.hash,
            }
            for recorded in accepted.answer.events
        ],
    }
