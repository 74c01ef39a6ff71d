"""What would have been late: recorded events under another policy or calendar.

What people did, and when, is a fact: it is folded again, never decided again. What the clock did
follows from the rules, and is left out; only where it did something in people's stead (it ended a
pause, took silence for an evaluation) does its event stay, because later events rest on it.
A demand of format 1, which had no deadlines, can be tried as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from domain import events as e
from domain.calendar import Calendar, never_closing
from domain.clock import working_minutes
from domain.evolve import evolve
from domain.rules import Clock, Rules
from domain.running import Fate, Running
from domain.state import DemandState
from domain.telling import BUREAUS
from domain.timekeeping import PAUSABLE, clock_changes
from domain.values import Instant, Plain, Role, Value

NOBODYS = frozenset({Clock.EVALUATE, Clock.PAUSE})
"""Silence settles the one, the other was named by whoever paused: nobody is late with these."""

CalendarFor = Callable[[datetime], Calendar]
"""The calendar of a demand by the instant of its listing."""


class Late(Value):
    """A deadline that was not met in time, by how many working minutes, and whose it was.

    `unit` is the code of the unit, empty for the bureau. `met_at` is None while it still runs.
    """

    clock: Clock
    subject: Plain = ""
    unit: Plain = ""
    unit_name: Plain = ""
    due: Instant
    met_at: Instant | None = None
    minutes: int


def late_as_recorded(events: Sequence[e.Event], until: datetime) -> tuple[Late, ...]:
    """What was late by the demand's own rules, as of `until`; nothing under format 1."""
    return tuple(_late(_within(events, until), until, retime=False))


class Trial:
    """Another policy, and another calendar if there is one.

    Without one each demand keeps its own, and one that had none gets `calendar_for` its listing.
    """

    def __init__(self, rules: Rules, calendar_for: CalendarFor, replace: bool = False) -> None:
        # Whom to remind and when to escalate changes nothing about what is late.
        self._rules = rules.model_copy(update={"reminders": (), "ladder": ()})
        self._calendar_for = calendar_for
        self._replace = replace or rules.office.never_closes

    def late(self, events: Sequence[e.Event], until: datetime) -> tuple[Late, ...]:
        """What would have been late, as of `until`."""
        return tuple(_late(self._facts(_within(events, until)), until, retime=True))

    def _facts(self, events: Iterable[e.Event]) -> Iterator[e.Event]:
        for event in events:
            if isinstance(event, e.Listed):
                yield self._listed(event)
            elif not _is_the_clocks(event) and not (
                self._replace and isinstance(event, e.CalendarAdopted)
            ):
                yield event

    def _listed(self, event: e.Listed) -> e.Listed:
        calendar = event.calendar
        if self._rules.office.never_closes:
            calendar = never_closing()
        elif self._replace or calendar is None or calendar.never_closes:
            calendar = self._calendar_for(event.at)
        kept = {"policy": self._rules, "format": self._rules.format, "calendar": calendar}
        return event.model_copy(update=kept)


def _within(events: Iterable[e.Event], until: datetime) -> Iterator[e.Event]:
    return (event for event in events if event.at <= until)


def _is_the_clocks(event: e.Event) -> bool:
    """Whether it follows from the rules alone: nothing that people did later rests on it."""
    if isinstance(event, e.Supervised):
        return event.by.role is Role.CLOCK
    return isinstance(event, e.ClockEvent)


def _late(events: Iterable[e.Event], until: datetime, retime: bool) -> Iterator[Late]:
    """Fold the events, and look at every deadline when it stops, or at `until`."""
    state: DemandState | None = None
    for event in events:
        if retime:
            event = _retimed(state, event)
        if state is not None:
            for running in _stopped(state, event):
                yield from _if_late(state, running, event.at, event.at)
        state = evolve(state, event)
    for running in state.running if state is not None else ():
        yield from _if_late(state, running, None, until)


def _retimed(state: DemandState | None, event: e.Event) -> e.Event:
    bare = event.model_copy(update={"clocks": (), "charged": (), "tell": ()})
    after = evolve(state, bare)
    return bare.model_copy(update={"clocks": clock_changes(state, after, bare)})


def _stopped(state: DemandState, event: e.Event) -> Iterator[Running]:
    for change in event.clocks:
        if change.fate in (Fate.MET, Fate.DROPPED):
            yield change.running
        elif change.fate is Fate.STARTED:
            before = state.clock(*change.running.key)  # begun anew while it ran
            if before is not None:
                yield before


def _if_late(
    state: DemandState | None, running: Running, met_at: datetime | None, end: datetime
) -> Iterator[Late]:
    if state is None or running.clock in NOBODYS or running.due >= end:
        return
    assert state.calendar is not None, "a clock runs by a calendar"
    pauses = state.pauses if running.clock in PAUSABLE else ()
    unit, name = _whose(state, running)
    yield Late(
        clock=running.clock,
        subject=running.subject,
        unit=unit,
        unit_name=name,
        due=running.due,
        met_at=met_at,
        minutes=working_minutes(running.due, end, state.calendar, pauses),
    )


def _whose(state: DemandState, running: Running) -> tuple[str, str]:
    """The unit that was to meet it; empty for the bureau."""
    if running.clock is Clock.CO_HANDLE:
        names = (p.unit.name for p in state.co_handlings if p.unit.code == running.subject)
        return running.subject, next(names, running.subject)
    if running.clock in BUREAUS or state.unit is None:
        return "", ""
    return state.unit.code, state.unit.name
