"""`demand deadline`: what is due when, and everything that is needed to recompute it by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from domain.remaining import remaining
from domain.rules import Clock
from domain.running import Appointment, Fate, Running
from domain.sealing import SeenEvent
from domain.state import DemandState
from domain.tick import foreseen
from domain.values import instant_text
from runtime.text import LANGUAGES, text
from starter import clock_text, words
from starter.cli import options, output
from starter.cli.app import command, demand_app
from starter.cli.options import As, DemandId, Json, option
from starter.cli.session import ledger, reader
from starter.errors import CommandRefused
from starter.reading import life_for

Key = tuple[Clock, str]
Past = tuple[SeenEvent, Fate, Running, str]
"""A clock that stopped: by which event, met or dropped, how it stood, and what had started it."""


@command(demand_app, "deadline")
async def deadline(
    demand: DemandId,
    /,
    *,
    all_: Annotated[bool, option("all_clocks", "--all")] = False,
    as_: As = None,
    json: Json = False,
) -> int:
    """The running clocks as of now; with --all, those that stopped as well."""
    demand_id = options.demand_id(demand)
    async with ledger() as pool:
        seen = await life_for(pool, await reader(pool, as_), demand_id)
    state = seen.stored.state
    if state.rules is None:
        raise CommandRefused("no_deadlines")
    began, past = _walk(seen.events)
    past, now = past if all_ else [], datetime.now(UTC)
    if json:
        output.data(_as_json(state, began, past, now))
        return output.DONE
    _show_heading(state)
    for running in clock_text.in_order(state):
        _show(state, running, began.get(running.key, ""), now)
    if past:
        output.say()
        output.say(text("cli.clocks_past"), "bold")
    for one in past:
        _show_past(state, one)
    return output.DONE


def _walk(events: Sequence[SeenEvent]) -> tuple[dict[Key, str], list[Past]]:
    """What started each clock last, by kind of event; and the clocks that stopped, in order."""
    began: dict[Key, str] = {}
    past: list[Past] = []
    for event in events:
        for change in event.clocks:
            running = change.running
            if change.fate is Fate.STARTED:
                began[running.key] = event.kind
            elif change.fate is not Fate.MOVED:
                past.append((event, change.fate, running, began.get(running.key, "")))
    return began, past


def _show_heading(state: DemandState) -> None:
    assert state.rules is not None
    assert state.calendar is not None
    output.say(f"{state.demand}  {words.status(state)}", "bold")
    facts = {"policy": state.rules.title, "version": state.rules.version}
    output.say(text("cli.reckoned_by", calendar=state.calendar.version, **facts), "dim")
    if not state.running:
        output.say(text("cli.no_clocks"))


def _show(state: DemandState, running: Running, began: str, now: datetime) -> None:
    left = remaining(state, running, now)
    facts = {
        "clock": clock_text.clock_text(*running.key, clock_text.names_of(state)),
        "due": words.deadline(running.due),
        "left": clock_text.remaining_text(left),
    }
    output.say()
    output.say(text("cli.clock_stands", **facts), "bold red" if left.late else "bold")
    for part in clock_text.reckoning_parts(running, began):
        output.say(f"  {part}")
    lines = clock_text.agenda(state, running)
    if lines:
        output.say(f"  {text('cli.clock_agenda')}")
    for line in lines:
        output.say(f"    {line}")


def _show_past(state: DemandState, past: Past) -> None:
    event, fate, running, began = past
    facts = {
        "clock": clock_text.clock_text(*running.key, clock_text.names_of(state)),
        "due": words.deadline(running.due),
        "what": text(f"event.{event.kind}"),
        "at": words.when(event.at),
    }
    output.say()
    output.say(text(f"cli.clock_{_ending(fate, running)}", **facts))
    for part in clock_text.reckoning_parts(running, began):
        output.say(f"  {part}", "dim")


def _ending(fate: Fate, running: Running) -> str:
    """How a clock stopped: met in time, met late, or dropped."""
    if fate is Fate.DROPPED:
        return "dropped"
    return "met_late" if running.overdue_since is not None else "met"


def _as_json(
    state: DemandState, began: Mapping[Key, str], past: Sequence[Past], now: datetime
) -> dict[str, Any]:
    assert state.rules is not None
    assert state.calendar is not None
    return {
        "demand": state.demand,
        "status": state.status.value,
        "now": instant_text(now),
        "policy": {"name": state.rules.name, "version": state.rules.version},
        "calendar": state.calendar.version,
        "overdue": state.overdue,
        "clocks": [
            _clock_as_json(running, began.get(running.key, ""))
            | {
                "remaining": remaining(state, running, now).model_dump(mode="json"),
                "agenda": [_next_as_json(state, running, one) for one in running.agenda],
            }
            for running in clock_text.in_order(state)
        ],
        "past": [
            _clock_as_json(running, started)
            | {"ended": _ending(fate, running), "by": event.kind, "at": instant_text(event.at)}
            for event, fate, running, started in past
        ],
    }


def _clock_as_json(running: Running, began: str) -> dict[str, Any]:
    return {
        "clock": running.clock.value,
        "subject": running.subject,
        "began": began,
        "start": instant_text(running.start),
        "due": instant_text(running.due),
        "fixed": running.fixed is not None,
        "not_before": instant_text(running.not_before) if running.not_before else None,
        "overdue_since": instant_text(running.overdue_since) if running.overdue_since else None,
        "legs": [leg.model_dump(mode="json") for leg in running.legs],
        "derivation": {lang: clock_text.reckoning(running, began, lang) for lang in LANGUAGES},
    }


def _next_as_json(state: DemandState, running: Running, one: Appointment) -> dict[str, Any]:
    told = foreseen(state, running, one)
    return {
        "at": instant_text(one.at),
        "doing": one.doing.value,
        "number": one.number,
        "to": [notice.model_dump(mode="json") for notice in told],
    }
