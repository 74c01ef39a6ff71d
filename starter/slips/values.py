"""What a slip says, by the names that its template uses: all of it from a demand's own events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from domain import events as e
from domain.calendar import PARK_TIME
from domain.evolve_clock import clocks_of
from domain.rules import Clock, Start
from domain.running import Fate, Running
from domain.sealing import SeenEvent
from domain.state import DemandState, Supervision
from domain.values import Role
from runtime.text import text
from starter.clock_text import reckoning
from starter.deadline_text import duration_text, moment_text
from starter.errors import CommandRefused

Values = dict[str, str]

COMMON = (
    *("number", "demand", "list_id", "meeting", "enterprise", "uscc", "contact", "phone"),
    *("chain", "category", "urgency", "text", "unit", "squad", "assigned_at", "due"),
    *("derivation", "requirements", "issued_on"),
)
NAMES = {
    "assignment": (*COMMON, "note"),
    "supervision": (*COMMON, "reason", "supervised_at", "supervised_by", "status"),
}
"""What a template of each kind may ask for."""

OF_THE_UNIT = (
    *(Clock.CONTACT, Clock.CLAIM, Clock.PLAN, Clock.ANSWER, Clock.RESOLVE, Clock.PROGRESS),
    *(Clock.INSTRUCT, Clock.REVIEW),
)
"""The clocks that the unit is late with, where they are late."""

Handed = e.Assigned | e.Reassigned | e.Ruled


def assignment(
    state: DemandState, events: Sequence[SeenEvent], now: datetime, lang: str | None = None
) -> Values:
    """交办单. Raises `CommandRefused` where no unit has the demand."""
    given = _last_given(events)
    if state.unit is None or given is None:
        raise CommandRefused("slip_not_assigned", demand=state.demand, status=state.status.value)
    note = given.note if isinstance(given, e.Assigned) else ""
    clocks = _clocks_after(state, events, given)
    asked = [*_asked(state, clocks, lang)]
    if note:
        asked.append(text("slip.asked_note", lang, note=note))
    return _common(state, events, now, lang) | {
        "number": text("slip.assignment_number", lang, demand=state.demand),
        **_due_as_handed(state, events, clocks.get(Clock.RESOLVE), lang),
        "requirements": "\n".join(asked),
        "note": note,
    }


def supervision(
    state: DemandState,
    events: Sequence[SeenEvent],
    number: int | None,
    now: datetime,
    lang: str | None = None,
) -> Values:
    """督办单 of that number, or the last one. Raises `CommandRefused` where there is none."""
    slip = _slip(state, number)
    return _common(state, events, now, lang) | {
        "number": text("slip.supervision_number", lang, demand=state.demand, slip=slip.slip),
        "reason": _reason(slip, lang),
        "requirements": text(f"slip.asked_{_asked_by(slip, state, events)}", lang),
        "supervised_at": _moment(slip.at, lang),
        "supervised_by": _who(events, slip, lang),
        "status": text(f"word.{state.status.value}", lang),
    }


def slip_number(state: DemandState, number: int | None) -> int:
    """Which slip that is. Raises `CommandRefused`."""
    return _slip(state, number).slip


def _slip(state: DemandState, number: int | None) -> Supervision:
    if not state.supervisions:
        raise CommandRefused("no_supervision", demand=state.demand)
    if number is None:
        return state.supervisions[-1]
    found = next((slip for slip in state.supervisions if slip.slip == number), None)
    if found is None:
        known = text("cli.list_comma").join(str(slip.slip) for slip in state.supervisions)
        raise CommandRefused("unknown_slip", demand=state.demand, number=str(number), known=known)
    return found


def _common(
    state: DemandState, events: Sequence[SeenEvent], now: datetime, lang: str | None
) -> Values:
    say, given = partial(text, lang=lang), _last_given(events)
    resolve, nothing = _resolve(state, events), text("slip.none", lang)
    return {
        "demand": state.demand,
        "list_id": state.list_id,
        "meeting": state.meeting,
        "enterprise": state.enterprise.name,
        "uscc": state.enterprise.uscc,
        "contact": state.contact.name,
        "phone": state.contact.phone,
        "chain": state.chain.name,
        "category": state.category,
        "urgency": say(f"word.{state.urgency.value}"),
        "text": state.text,
        "unit": state.unit.name if state.unit else nothing,
        "squad": state.squad.name if state.squad else nothing,
        "assigned_at": _moment(given.at, lang) if given else nothing,
        "due": _moment(resolve.due, lang) if resolve else say("slip.no_deadline"),
        "derivation": _derivation(events, resolve, lang) if resolve else "",
        "issued_on": _day(now, lang),
    }


def _last_given(events: Sequence[SeenEvent]) -> Handed | None:
    found = [event for event in events if isinstance(event, Handed)]
    return found[-1] if found else None


def _resolve(state: DemandState, events: Sequence[SeenEvent]) -> Running | None:
    """The deadline for resolving; of one that has been met, how it stood."""
    running = state.clock(Clock.RESOLVE)
    if running is not None:
        return running
    changes = [change.running for event in events for change in event.clocks]
    return next((r for r in reversed(changes) if r.clock is Clock.RESOLVE), None)


def _derivation(events: Sequence[SeenEvent], running: Running, lang: str | None) -> str:
    began = [
        event.kind
        for event in events
        for change in event.clocks
        if change.fate is Fate.STARTED
        and change.running.clock is Clock.RESOLVE
        and change.running.start == running.start
    ]
    return reckoning(running, began[-1] if began else "", lang)


def _clocks_after(
    state: DemandState, events: Sequence[SeenEvent], last: SeenEvent
) -> dict[Clock, Running]:
    """The clocks as that event left them: a slip that is printed again says what it said then."""
    then = state.model_copy(update={"running": ()})
    for event in events[: events.index(last) + 1]:
        then = then.model_copy(update={"running": clocks_of(then, event)})
    return {running.clock: running for running in then.running}


def _due_as_handed(
    state: DemandState, events: Sequence[SeenEvent], resolve: Running | None, lang: str | None
) -> Values:
    """Until when to resolve, as it stood when the demand was handed to the unit."""
    if resolve is not None:
        derived = _derivation(events, resolve, lang)
        return {"due": _moment(resolve.due, lang), "derivation": derived}
    later = _later(state, Clock.RESOLVE, lang)
    said = text("slip.due_later", lang, **later) if later else text("slip.no_deadline", lang)
    return {"due": said, "derivation": ""}


def _later(state: DemandState, clock: Clock, lang: str | None) -> dict[str, str] | None:
    """From what, and for how long, a clock runs that an assignment doesn't start."""
    if state.rules is None:
        return None
    within = state.rules.clocks_for(state.category, state.urgency).of(clock)
    start = getattr(state.rules.starts, clock.value, None)
    if within is None or start not in (Start.CLAIMED, Start.PLANNED):
        return None
    began = text(f"rules.start_{start.value}", lang)
    return {"start": began, "within": duration_text(within, lang)}


def _asked(state: DemandState, clocks: Mapping[Clock, Running], lang: str | None) -> Iterator[str]:
    """What the unit was asked to do when it was given the demand, a sentence each."""
    for clock in (Clock.CLAIM, Clock.CONTACT, Clock.ANSWER, Clock.PLAN, Clock.RESOLVE):
        later = _later(state, clock, lang)
        if clock in clocks:
            due = _moment(clocks[clock].due, lang)
            yield text(f"slip.asked_{clock.value}", lang, due=due)
        elif later is not None:
            yield text(f"slip.asked_{clock.value}_later", lang, **later)
    if state.rules is None:
        yield text("slip.asked_soon", lang)
        return
    progress = state.rules.clocks_for(state.category, state.urgency).progress
    if progress is not None:
        yield text("slip.asked_progress", lang, every=duration_text(progress, lang))


def _asked_by(slip: Supervision, state: DemandState, events: Sequence[SeenEvent]) -> str:
    """Whether the unit is to say why it is late, which it may not have been."""
    if slip.clock is not None:
        return "supervision"
    called = next((s for s in events if isinstance(s, e.Supervised) and s.slip == slip.slip), None)
    clocks = _clocks_after(state, events, called) if called is not None else {}
    late = any(clock in OF_THE_UNIT and r.overdue_since for clock, r in clocks.items())
    return "supervision" if late else "supervision_in_time"


def _reason(slip: Supervision, lang: str | None) -> str:
    if slip.clock is None or slip.due is None:
        return slip.reason
    clock = text(f"rules.name_{slip.clock.value}", lang)
    return text("slip.reason_clock", lang, clock=clock, due=_moment(slip.due, lang))


def _who(events: Sequence[SeenEvent], slip: Supervision, lang: str | None) -> str:
    """The post of whoever called for it; of the clock, that it was the rules."""
    by = next((s.by for s in events if isinstance(s, e.Supervised) and s.slip == slip.slip), None)
    if by is not None and by.role is Role.CLOCK:
        return text("slip.by_the_rules", lang)
    return slip.by_post


def _moment(at: datetime, lang: str | None) -> str:
    return moment_text(at, lang)


def _day(now: datetime, lang: str | None) -> str:
    local = now.astimezone(PARK_TIME)
    month = text(f"deadline.month_{local.month}", lang)
    return text("deadline.date_year", lang, year=local.year, month=month, day=local.day)
