"""A demand as its page shows it: where it stands, what is due, what happened."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from pydantic import ValidationError

from domain.chain import parse_event
from domain.events import Event, Planned
from domain.remaining import remaining
from domain.running import Fate, Running
from domain.sealing import SeenEvent
from domain.state import DemandState, Plan
from domain.values import Attachment, Role, Status
from runtime.text import text
from starter import clock_text, showing_time, words
from web.sizes import size_text

PATH = (
    Status.LISTED,
    Status.ASSIGNED,
    Status.CLAIMED,
    Status.IN_PROGRESS,
    Status.RESOLVED,
    Status.CLOSED,
)
"""The way that a demand usually goes."""


@dataclass(frozen=True)
class Step:
    """A stage of the way: `done`, `here` or to come."""

    text: str
    standing: str


@dataclass(frozen=True)
class DeadlineShown:
    """A running clock with everything that is needed to reckon it by hand."""

    name: str
    due: datetime
    left: str
    colour: str
    parts: tuple[str, ...]
    agenda: tuple[str, ...]


@dataclass(frozen=True)
class FileShown:
    """A file that an event names; `small` is the address of a picture of it, if it is one."""

    name: str
    size: str
    address: str
    small: str | None


@dataclass(frozen=True)
class Happening:
    """One event in the timeline."""

    seq: int
    at: datetime
    kind: str
    what: str
    who: str
    right: str
    said: str
    css: str
    hash: str
    event: SeenEvent | None
    files: tuple[FileShown, ...] = ()


@dataclass(frozen=True)
class Share:
    """Who held the demand for how much working time; `of` is everybody's together."""

    who: str
    time: str
    minutes: int
    of: int


def path_of(state: DemandState) -> list[Step]:
    """The way with where the demand is on it; one that ended elsewhere says where."""
    if state.status in PATH:
        here = PATH.index(state.status)
        last = state.status is Status.CLOSED
        return [
            Step(text(f"web.step_{status.value}"), _standing(n, here + last))
            for n, status in enumerate(PATH)
        ]
    return [
        Step(text("web.step_listed"), "done"),
        Step(text(f"word.{state.status.value}"), "here"),
    ]


def _standing(number: int, here: int) -> str:
    return "done" if number < here else "here" if number == here else ""


def deadlines_of(
    state: DemandState, events: Sequence[SeenEvent], now: datetime, soon: datetime
) -> list[DeadlineShown]:
    """The running clocks, first due first. What is due by `soon` is yellow."""
    names, began = clock_text.names_of(state), _began(events)
    return [_deadline(state, one, names, began, now, soon) for one in clock_text.in_order(state)]


def _deadline(
    state: DemandState,
    running: Running,
    names: dict[str, str],
    began: dict[tuple[str, str], str],
    now: datetime,
    soon: datetime,
) -> DeadlineShown:
    kind = began.get((running.clock.value, running.subject), "")
    return DeadlineShown(
        name=clock_text.clock_text(*running.key, names),
        due=running.due,
        left=clock_text.remaining_text(remaining(state, running, now)),
        colour=colour_of(running.due, now, soon),
        parts=tuple(clock_text.reckoning_parts(running, kind)),
        agenda=clock_text.agenda(state, running),
    )


def colour_of(due: datetime, now: datetime, soon: datetime) -> str:
    """Red once it has passed, yellow where it comes soon, else green."""
    return "red" if due <= now else "yellow" if due <= soon else "green"


def _began(events: Sequence[SeenEvent]) -> dict[tuple[str, str], str]:
    return {
        (change.running.clock.value, change.running.subject): event.kind
        for event in events
        for change in event.clocks
        if change.fate is Fate.STARTED
    }


def event_of(row: asyncpg.Record) -> Event | None:
    """The event in a row; None where somebody has made it unreadable."""
    try:
        return parse_event(json.loads(row["body"])["event"])
    except (ValidationError, ValueError, KeyError, TypeError):
        return None


def happening(
    demand: str, row: asyncpg.Record, event: SeenEvent | None, plan: Plan | None
) -> Happening:
    """An event as the timeline shows it; files by themselves, not in what it says."""
    files = tuple(_file(demand, one) for one in getattr(event, "attachments", ()))
    spoken = event.model_copy(update={"attachments": ()}) if event is not None and files else event
    return Happening(
        seq=row["seq"],
        at=row["at"],
        kind=row["kind"],
        what=text(f"event.{row['kind']}"),
        who=words.who(event) if event is not None else row["account"],
        right=words.right(event) if event is not None else "",
        said=words.said(spoken, plan) if spoken is not None else "",
        css=_css(row["kind"], event),
        hash=row["hash"],
        event=event,
        files=files,
    )


def _file(demand: str, one: Attachment) -> FileShown:
    address = f"/demands/{demand}/attachments/{one.sha256}"
    picture = one.media_type.startswith("image/")
    return FileShown(
        one.name, size_text(one.size), address, f"{address}/thumbnail" if picture else None
    )


@dataclass(frozen=True)
class Part:
    """A part of the timeline: something that happened, or reminders that came one after another.

    `key` is that of the oldest, so that it stays the same when another comes on top.
    """

    key: int
    happenings: tuple[Happening, ...]
    urging: bool


def parts_of(story: Sequence[Happening]) -> list[Part]:
    """The timeline, newest first, with what the clock did to urge somebody on put together."""
    found: list[Part] = []
    for urging, group in itertools.groupby(story, urges):
        together = tuple(group)
        if urging and len(together) > 1:
            found.append(Part(together[-1].seq, together, True))
        else:
            found += [Part(one.seq, (one,), False) for one in together]
    return found


URGING = frozenset(
    {"reminded", "became_overdue", "overdue_withdrawn", "chased", "escalated", "criticised"}
    | {"supervised"}
)
"""What the clock does to urge somebody on, which leaves the demand as it is."""


def urges(one: Happening) -> bool:
    """Whether the clock did it, only to urge somebody on."""
    by_clock = one.event is not None and one.event.by.role is Role.CLOCK
    return by_clock and one.kind in URGING


def _css(kind: str, event: SeenEvent | None) -> str:
    if kind in ("became_overdue", "escalated", "criticised"):
        return "late"
    return "clock" if event is not None and event.by.role is Role.CLOCK else ""


def every_milestone(events: Sequence[SeenEvent]) -> Plan | None:
    """All milestones of all plans there were: events name those of older plans as well."""
    steps = [step for one in events if isinstance(one, Planned) for step in one.milestones]
    return Plan(summary="", milestones=tuple(steps)) if steps else None


def custody_of(state: DemandState, now: datetime) -> list[Share]:
    """Who held it how long, as far as it can be measured."""
    held = showing_time.held(state, now)
    total = max(1, sum(charge.minutes for charge in held))
    return [
        Share(
            showing_time.custodian_text(charge.role, charge.name),
            clock_text.time_text(60 * charge.minutes),
            charge.minutes,
            total,
        )
        for charge in held
    ]


def more_facts(state: DemandState, now: datetime) -> list[tuple[str, str]]:
    """Extensions, co-handling, instructions, escalations, supervisions: what the facts say."""
    shown_elsewhere = {"f_deadlines", "f_custody"}
    return [
        (text(f"cli.{key}"), value)
        for key, value in showing_time.facts(state, now)
        if value and key not in shown_elsewhere
    ]
