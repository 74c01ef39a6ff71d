"""Random, seeded scripts of what people do about a demand, and what must come of each by itself.

`predict` is a loop of its own over the rule book alone: no engine, no ledger, no workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.commands import Command, ListDemand
from domain.decide import decide
from domain.events import Event
from domain.evolve import evolve
from domain.refusal import Refused
from domain.rules import Rules
from domain.state import DemandState
from domain.tick import tick
from domain.timekeeping import next_due
from domain.values import Urgency
from tests.support.written import park_time

BEGIN = park_time("2026-09-14 08:30")
END = park_time("2026-10-31 20:00")


@dataclass(frozen=True)
class Step:
    """What somebody does at an instant."""

    at: datetime
    who: str
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Script:
    """A demand's listing, and what is done about it until it is neglected."""

    listed: datetime
    urgency: Urgency
    policy: Rules
    steps: Sequence[Step]


@dataclass(frozen=True)
class Predicted:
    """What comes of a script; for each step its last event, or the code of its refusal."""

    events: tuple[Event, ...]
    outcomes: tuple[Event | str, ...]


ToCommand = Callable[[str, str, Mapping[str, Any]], Command]


def predict(
    script: Script, listing: ListDemand, instants: Sequence[datetime], command: ToCommand
) -> Predicted:
    """What comes of it until `END`, where the steps were taken at these instants."""
    state: DemandState | None = None
    events: list[Event] = []
    outcomes: list[Event | str] = []

    def happen(some: Sequence[Event]) -> None:
        nonlocal state
        for event in some:
            state = evolve(state, event)
            events.append(event)

    def pass_until(instant: datetime) -> None:
        while state is not None and (due := next_due(state)) is not None and due <= instant:
            happen(tick(state, max(due, state.changed_at)))

    happen(decide(None, listing, script.listed))
    for step, at in zip(script.steps, instants, strict=True):
        pass_until(at)
        try:
            happen(decide(state, command(step.who, step.kind, step.fields), at))
            outcomes.append(events[-1])
        except Refused as refused:
            outcomes.append(refused.code.value)
    pass_until(END)
    return Predicted(tuple(events), tuple(outcomes))


def random_script(random: Random, policies: Sequence[Rules]) -> Script:
    """A story that begins well enough and is left alone at some point."""
    listed = BEGIN + timedelta(days=random.randrange(10), minutes=random.randrange(0, 540, 7))
    story = list(_story(random))
    told = story[: random.randrange(len(story) + 1)]
    at, paused_until, steps = listed, listed, []
    for who, kind, fields in told:
        at += timedelta(hours=_hours(random, kind), minutes=random.randrange(60))
        if at < paused_until and kind != "resume" and random.random() < 0.8:
            at = paused_until + timedelta(hours=1)
        if at > END:
            break
        step = Step(at, who, kind, _dated(random, kind, fields, at))
        if kind == "pause":
            paused_until = datetime.fromisoformat(step.fields["until"])
        steps.append(step)
    urgency = random.choice((Urgency.GENERAL, Urgency.GENERAL, Urgency.URGENT, Urgency.MAJOR))
    return Script(listed, urgency, random.choice(policies), steps)


def _hours(random: Random, kind: str) -> int:
    """How long people take; the bureau, now and then, until after the deadline it is to move."""
    slow = kind == "grant_extension" and random.random() < 0.4
    return random.choice((330, 450) if slow else (1, 2, 5, 20, 27, 50))


def _story(random: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The usual order of things, with what may come in between; some of it is refused."""
    yield "bureau1", "assign", {"unit": "U20", "squad": "S04"}
    if random.random() < 0.1:
        reason = {"reason": "不属于本单位职责", "legal_basis": "三定方案第二条"}
        yield "u20", "return", reason
        yield "bureau1", "assign", {"unit": "U20", "squad": "S04"}
    yield "u20", "claim", {"responsible_leader": "分管副局长", "handler": "u20"}
    yield from _between(random)
    yield "u20", "plan", {"summary": "两周内完成接入"}
    for number in range(random.randrange(4)):
        yield from _between(random)
        yield "s04", "report_progress", {"text": f"第{number + 1}次现场协调"}
    yield from _between(random)
    outcome = random.choice(("solved", "partly_solved", "explained", "not_now"))
    yield "u20", "resolve", {"outcome": outcome, "text": "已办理"}
    if random.random() < 0.3:
        yield "bureau1", "evaluate", {"score": random.randint(1, 5), "call_note": "电话回访"}


def _between(random: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if random.random() < 0.35:
        yield "u20", "pause", {"reason": "等待上级批复"}
        if random.random() < 0.4:
            yield "u20", "resume", {"note": "批复已下达"}
    if random.random() < 0.35:
        more = random.choice(("1wd", "3wd", "5wd", "10wd", "25wd"))
        yield "u20", "ask_extension", {"more": more, "reason": "设备到货推迟"}
        decision = random.random()
        if decision < 0.5:
            yield "bureau1", "grant_extension", {}
        elif decision < 0.8:
            yield "bureau1", "refuse_extension", {"reason": "请按期办理"}
    if random.random() < 0.15:
        yield "u20", "ask_co_handling", {"unit": "U21", "request": "请协助办理用地手续"}
    if random.random() < 0.1:
        yield "bureau1", "supervise", {"reason": "企业来电反映"}


def _dated(random: Random, kind: str, fields: dict[str, Any], at: datetime) -> dict[str, Any]:
    if kind == "pause":
        length = timedelta(days=random.randrange(1, 16), minutes=random.randrange(1, 500))
        return fields | {"until": (at + length).isoformat()}
    if fields.get("outcome") == "not_now":
        return fields | {"review_on": (at + timedelta(days=random.randrange(2, 20))).date()}
    return fields
