"""What the leaders' page shows of demands and numbers: the escalated ones in words, the charts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from markupsafe import Markup

from domain.actors import Actor
from domain.authority import right_to
from domain.remaining import remaining
from domain.rules import Clock
from domain.state import DemandState, Escalation
from ledger.figures import AGES, Scores, UnitOnTime, Week
from runtime.text import text
from starter import clock_text, words
from web.charts.kinds import Heading, Row, columns, rows, two_lines
from web.render import day

UNITS_DRAWN = 10
"""Of so many units the rate is drawn, the lowest; the table has all."""

_FIRST_TEXT = {
    **dict.fromkeys((Clock.ASSIGN, Clock.DECIDE, Clock.FOLLOW_UP), "bureau"),
    **dict.fromkeys((Clock.CLAIM, Clock.CONTACT, Clock.ANSWER), "claim"),
    Clock.CO_HANDLE: "helper",
}


@dataclass(frozen=True)
class Why:
    """One reason for which a demand went up: which clock, due when, how late by now."""

    clock: str
    due: datetime
    left: str


@dataclass(frozen=True)
class EscalatedShown:
    """A demand that waits for a leader's word; `texts` are ready ones, none where it isn't theirs.

    Each form has a command id of its own: one tap is one instruction, however often it arrives.
    """

    state: DemandState
    seq: int
    since: datetime
    why: tuple[Why, ...]
    turn: str
    texts: tuple[str, ...]
    command_ids: tuple[str, str]


def escalated_shown(state: DemandState, seq: int, actor: Actor, now: datetime) -> EscalatedShown:
    """A demand of the list, with the forms to instruct where the actor may."""
    first = state.escalations[0]
    may = right_to(actor, "instruct", state) is not None
    return EscalatedShown(
        state=state,
        seq=seq,
        since=first.at,
        why=tuple(_why(state, one, now) for one in _latest(state.escalations)),
        turn=words.turn(state),
        texts=ready_texts(first.clock) if may else (),
        command_ids=(str(uuid.uuid4()), str(uuid.uuid4())),
    )


def ready_texts(clock: Clock) -> tuple[str, ...]:
    """What a leader usually says where this clock has run out."""
    keys = (_FIRST_TEXT.get(clock, "unit"), "plan", "adjudicate")
    return tuple(text(f"web.leader_say_{key}") for key in keys)


def _latest(escalations: Sequence[Escalation]) -> list[Escalation]:
    """Each clock once, as it last went up."""
    return list({one.clock: one for one in escalations}.values())


def _why(state: DemandState, one: Escalation, now: datetime) -> Why:
    running = next((r for r in state.running if r.clock is one.clock), None)
    left = clock_text.remaining_text(remaining(state, running, now)) if running else ""
    return Why(text(f"rules.name_{one.clock.value}"), one.due, left)


def age_labels() -> list[str]:
    """The names of the groups by age."""
    lower = (0, *AGES)
    known = [
        f"{low + 1}–{high}" if low else f"≤{high}" for low, high in zip(lower, AGES, strict=False)
    ]
    return [*known, f">{AGES[-1]}"]


def age_chart(counts: Sequence[int]) -> Markup:
    """Open demands by age."""
    said = _joined(f"{label}: {n}" for label, n in zip(age_labels(), counts, strict=True))
    heading = Heading("age", text("web.leader_age"), said)
    return columns(heading, age_labels(), counts, text("web.leader_days"))


def on_time_chart(units: Sequence[UnitOnTime]) -> Markup:
    """按时率, the lowest first."""
    shown = [
        Row(one.name, one.rate, f"{one.rate}%（{one.in_time}/{one.of}）", _rate_css(one.rate))
        for one in units[:UNITS_DRAWN]
    ]
    said = _joined(f"{row.label}: {row.said}" for row in shown)
    return rows(Heading("on-time", text("web.leader_on_time"), said), shown)


def _rate_css(rate: int) -> str:
    return "bar good" if rate >= 90 else "bar" if rate >= 70 else "bar bad"


def weekly_chart(weeks: Sequence[Week]) -> Markup:
    """In and out."""
    came, went = text("web.leader_came"), text("web.leader_went")
    said = _joined(f"{day(one.monday)}: {came} {one.came}, {went} {one.went}" for one in weeks)
    return two_lines(
        Heading("weekly", text("web.leader_weekly"), said),
        [f"{one.monday.month}/{one.monday.day}" for one in weeks],
        (came, [one.came for one in weeks]),
        (went, [one.went for one in weeks]),
    )


def scores_chart(scores: Scores) -> Markup:
    """How often each score was given."""
    of = max(1, scores.of)
    shown = [
        Row(text(f"web.score_{score}"), 100 * count // of, str(count), _score_css(score))
        for score, count in scores.given
    ]
    said = _joined(f"{row.label}: {row.said}" for row in shown)
    return rows(Heading("scores", text("web.leader_scores"), said), shown)


def _score_css(score: int) -> str:
    return "bar good" if score >= 4 else "bar" if score == 3 else "bar bad"


def mean_text(scores: Scores) -> str:
    """The mean with one digit, never rounded up."""
    mean = scores.mean
    return "—" if mean is None else f"{floor(10 * mean + 1e-9) / 10:.1f}"


def _joined(parts: Iterable[str]) -> str:
    return text("cli.semicolon").join(parts)
