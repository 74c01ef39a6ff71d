"""The part of `demand show` that came with deadlines: what is due, who waits, who held it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.custody import charges, summed
from domain.remaining import remaining
from domain.running import Charge
from domain.state import DemandState
from domain.values import Role
from runtime.text import text
from starter import clock_text, words
from starter.deadline_text import duration_text
from starter.word_parts import say, when


def facts(state: DemandState, now: datetime) -> list[tuple[str, str]]:
    """Names (the texts `cli.<key>`) and values; a value is empty where there is nothing to say."""
    return [
        ("f_deadlines", _joined(_deadlines(state, now))),
        ("f_adjudication", _adjudication(state)),
        ("f_extension", _extension(state)),
        ("f_co_handlings", _joined(_co_handlings(state))),
        ("f_instructions", _joined(_instructions(state))),
        ("f_escalations", _joined(_escalations(state))),
        ("f_supervisions", _joined(_supervisions(state))),
        ("f_custody", _joined(_custody(state, now))),
    ]


def _joined(parts: Iterable[str]) -> str:
    return text("cli.semicolon").join(parts)


def _deadlines(state: DemandState, now: datetime) -> Iterable[str]:
    names = clock_text.names_of(state)
    for running in clock_text.in_order(state):
        clock = clock_text.clock_text(*running.key, names)
        left = clock_text.remaining_text(remaining(state, running, now))
        yield text("cli.deadline_short", clock=clock, due=words.deadline(running.due), left=left)


def _adjudication(state: DemandState) -> str:
    if state.adjudicating:
        return text("cli.adjudicating")
    return text("cli.ruled") if state.ruled and state.open else ""


def _extension(state: DemandState) -> str:
    parts = []
    if state.extension is not None:
        asked = state.extension
        more, at = duration_text(asked.more), when(asked.at)
        parts.append(text("cli.extension_asked", more=more, reason=asked.reason, at=at))
    if state.extensions:
        parts.append(text("cli.extended", count=state.extensions))
    return _joined(parts)


def _co_handlings(state: DemandState) -> Iterable[str]:
    for part in state.co_handlings:
        if part.open:
            standing = "accepted" if part.accepted_at else "asked"
            facts = {"unit": part.unit.name, "request": part.request}
            yield text(f"cli.co_handling_{standing}", **facts)


def _instructions(state: DemandState) -> Iterable[str]:
    for one in state.instructions:
        if one.responded_at is None:
            number = say("instruction", number=one.number)
            yield text("cli.instruction_open", number=number, text=one.text, post=one.by_post)


def _escalations(state: DemandState) -> Iterable[str]:
    """What waits for a leader's word: each clock once, as long as anybody may still give it."""
    if not state.open:
        return
    for clock in dict.fromkeys(one.clock for one in state.escalations):
        yield text("cli.escalation_open", clock=text(f"rules.name_{clock.value}"))


def _supervisions(state: DemandState) -> Iterable[str]:
    for one in state.supervisions:
        reason = one.reason
        if one.clock is not None and one.due is not None:
            reason = words.clock_due(one.clock, "", one.due)
        number, at = say("slip", number=one.slip), when(one.at)
        yield text("cli.supervision", number=number, reason=reason, post=one.by_post, at=at)


def _custody(state: DemandState, now: datetime) -> Iterable[str]:
    for charge in held(state, now):
        time = clock_text.time_text(60 * charge.minutes)
        yield text("cli.held", who=custodian_text(charge.role, charge.name), time=time)


def held(state: DemandState, now: datetime) -> tuple[Charge, ...]:
    """The working minutes of each holder, those since the last event included."""
    return summed((*state.custody, *charges(state, max(now, state.changed_at))))


def custodian_text(role: Role, name: str) -> str:
    """Who held it: the unit or enterprise by name; the bureau is one, whatever the chain."""
    return text("word.bureau") if role is Role.BUREAU else name
