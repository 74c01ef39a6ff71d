"""A demand as its enterprise reads it: where it stands, whose turn it is, what happened so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from domain.directory import Directory, UnitEntry
from domain.enterprise_view import STAGES, PublicEvent, public_event, stage
from domain.remaining import remaining
from domain.rules import Clock
from domain.running import Running
from domain.state import DemandState
from domain.values import Role, Status
from runtime.text import text
from starter.clock_text import remaining_text
from starter.deadline_text import duration_text
from web.demand_view import Step, event_of
from web.render import day, moment


@dataclass(frozen=True)
class Standing:
    """Where it stands, in sentences. `yours` where the enterprise is waited for."""

    headline: str
    detail: str
    turn: str
    yours: bool
    due: tuple[str, ...]
    late: bool


@dataclass(frozen=True)
class Told:
    """One thing that happened."""

    seq: int
    at: datetime
    what: str
    said: str
    points: tuple[str, ...] = ()


def path_of(state: DemandState) -> list[Step]:
    """The way, with where the demand is on it; one that ended early says how."""
    if state.status in (Status.REJECTED, Status.WITHDRAWN, Status.MERGED):
        end = Step(text(f"mine.stage_{state.status.value}"), "here")
        return [Step(text("mine.stage_received"), "done"), end]
    here = stage(state)
    return [
        Step(text(f"mine.stage_{name}"), "done" if n < here else "here" if n == here else "")
        for n, name in enumerate(STAGES)
    ]


def standing_of(state: DemandState, now: datetime) -> Standing:
    """Where it stands now."""
    key = _key(state)
    facts = {
        "unit": state.unit.name if state.unit else "",
        "squad": state.squad.name if state.squad else "",
        "outcome": text(f"mine.outcome_{state.resolution.outcome.value}")
        if state.resolution
        else "",
        "until": moment(state.pause.until) if state.pause else "",
        "round": state.round,
    }
    yours = key == "resolved"
    shown = [running for clock in _CLOCKS.get(key, ()) if (running := state.clock(clock))]
    return Standing(
        headline=text(f"mine.headline_{key}", **facts),
        detail=text(f"mine.detail_{key}", **facts),
        turn=text("mine.turn_you") if yours else _turn(key, state),
        yours=yours,
        due=tuple(_due(state, running, now) for running in shown),
        late=any(running.due < now for running in shown),
    )


_CLOCKS = {
    "listed": (Clock.ASSIGN,),
    "adjudicating": (Clock.DECIDE,),
    "assigned": (Clock.CONTACT, Clock.RESOLVE),
    "claimed": (Clock.CONTACT, Clock.RESOLVE),
    "in_progress": (Clock.RESOLVE,),
    "resolved": (Clock.EVALUATE,),
    "review": (Clock.REVIEW,),
}
"""The deadlines that concern an enterprise; others are between the unit and the bureau."""


def _key(state: DemandState) -> str:
    spoken = state.resolution is not None and state.resolution.score is not None
    match state.status:
        case Status.LISTED if state.adjudicating:
            return "adjudicating"
        case Status.ASSIGNED | Status.CLAIMED | Status.IN_PROGRESS if state.pause is not None:
            return "paused"
        case Status.RESOLVED if state.awaits_follow_up:
            return "follow_up"
        case Status.RESOLVED if spoken:
            return "review"
        case _:
            return state.status.value


def _turn(key: str, state: DemandState) -> str:
    if state.status.ended:
        return ""
    if key in ("listed", "adjudicating", "follow_up") or state.unit is None:
        return text("mine.turn_bureau")
    return state.unit.name


def _due(state: DemandState, running: Running, now: datetime) -> str:
    left = remaining_text(remaining(state, running, now))
    late = "late" if running.due < now else running.clock.value
    score = state.rules.evaluation.silent_score if state.rules else ""
    return text(f"mine.due_{late}", due=moment(running.due), left=left, score=score)


def story_of(state: DemandState, rows: Sequence[asyncpg.Record], after: int = 0) -> list[Told]:
    """What happened so far that concerns the enterprise, the latest first; from `after` on."""
    shown = []
    for row in rows:
        event = event_of(row)
        public = public_event(event, state.plan, row["seq"]) if event is not None else None
        if public is not None and public.seq > after:
            shown.append(told(public))
    return shown[::-1]


def told(event: PublicEvent) -> Told:
    """One public event in words."""
    key = f"mine.happened_{event.what}"
    if event.through in (Role.BUREAU, Role.CLOCK):
        key += f"_{event.through.value}"
    what = text(key, unit=event.unit, round=event.round or "", score=event.score or "")
    at = event.at.replace(second=0, microsecond=0)
    return Told(event.seq, at, what, "\n".join(_said(event)), event.titles)


def _said(event: PublicEvent) -> Iterable[str]:
    if event.squad:
        yield text("mine.said_squad", squad=event.squad)
    if event.outcome is not None:
        yield text("mine.said_outcome", outcome=text(f"mine.outcome_{event.outcome.value}"))
    if event.text:
        yield event.text
    if event.until is not None:
        yield text("mine.said_until", until=moment(event.until))
    if event.review_on is not None:
        yield text("mine.said_review", day=day(event.review_on))
    if event.more is not None:
        yield text("mine.said_more", more=duration_text(event.more))


def answer_of(state: DemandState) -> tuple[str, str] | None:
    """The unit's word on the present round: what came of it, and in its own words."""
    if state.resolution is None:
        return None
    outcome = state.resolution.outcome
    return text(f"mine.outcome_{outcome.value}"), state.resolution.text


def after_evaluation(state: DemandState) -> str:
    """What happens now that the enterprise has spoken, as a text key."""
    if state.status is Status.CLOSED:
        return "mine.after_closed"
    if state.awaits_follow_up:
        return "mine.after_follow_up"
    if state.adjudicating:
        return "mine.after_adjudicating"
    if state.reviewable:
        return "mine.after_review"
    return "mine.after_reopened"


def unit_of(state: DemandState, directory: Directory) -> UnitEntry | None:
    """How to reach the unit that has the demand."""
    code = state.unit.code if state.unit else None
    return next((entry for entry in directory.units if entry.code == code), None)
