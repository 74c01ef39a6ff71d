"""What a step of a timeline did to deadlines and custody, and whom it told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from audit.timeline import Step
from domain.running import ClockChange, Fate, Running
from domain.sealing import SeenEvent
from domain.time_events import ClockEvent, Supervised
from runtime.text import text
from starter import clock_text, words
from starter.showing_time import custodian_text

SAID_BY_THE_EVENT = frozenset(
    {
        *("next_milestone", "running", "pauses", "custody", "assigned_at", "calendar"),
        *("extension", "extensions", "co_handlings", "instructions", "supervisions"),
        *("escalations", "adjudicating", "ruled"),
    }
)
"""The fields of the state whose change a step tells in words of its own."""

_LATE = timedelta(minutes=1)


def lines(event: SeenEvent, names: Mapping[str, str]) -> Iterator[str]:
    """The lines, without those that would say nothing."""
    if isinstance(event, ClockEvent) and event.at - event.planned > _LATE:
        yield text("audit.step_late", planned=words.when(event.planned))
    if event.clocks:
        told_again = isinstance(event, ClockEvent | Supervised)
        changes = text("cli.semicolon").join(
            _again(change.running, names) if told_again else _change(change, names)
            for change in event.clocks
        )
        yield text("audit.step_clocks", changes=changes)
    for charge in event.charged:
        who = custodian_text(charge.role, charge.name)
        yield text("audit.step_held", who=who, time=clock_text.time_text(60 * charge.minutes))
    to = clock_text.people((one for one in event.tell if not one.copy_to), names)
    copied = clock_text.people((one for one in event.tell if one.copy_to), names)
    if to or copied:
        told = [to, text("audit.copied", copy_to=copied)] if copied else [to]
        yield text("audit.step_told", told=text("cli.semicolon").join(filter(None, told)))


def _again(running: Running, names: Mapping[str, str]) -> str:
    """What the clock itself changes about a clock: when it comes back to it."""
    clock = clock_text.clock_text(*running.key, names)
    return text("audit.clock_again", clock=clock, at=words.deadline(running.agenda[0].at))


def _change(change: ClockChange, names: Mapping[str, str]) -> str:
    running = change.running
    late = change.fate is Fate.MET and running.overdue_since is not None
    clock = clock_text.clock_text(*running.key, names)
    due = words.deadline(running.due)
    return text(f"audit.clock_{'late' if late else change.fate.value}", clock=clock, due=due)


def names_in(steps: Sequence[Step]) -> dict[str, str]:
    """The names, by code, of all whom the events speak of."""
    found: dict[str, str] = {}
    for step in steps:
        for part in ("chain", "enterprise", "previous_unit", "unit", "squad", "handler", "to"):
            one = getattr(step.event, part, None)
            if one is not None:
                fields = one.model_dump()
                code = fields.get("code") or fields.get("uscc") or fields.get("account")
                found[code] = fields.get("name") or fields.get("post") or code
    return found
