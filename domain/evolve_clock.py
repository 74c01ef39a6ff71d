"""What an event makes of a demand's clocks, custody and ladder: part of `domain.evolve`."""

from __future__ import annotations

from domain import events as e
from domain.custody import summed
from domain.event_base import EventBase
from domain.rules import Clock
from domain.running import Appointment, Charge, ClockChange, Doing, Fate, Running
from domain.state import DemandState, Escalation, Supervision


def clocks_of(state: DemandState, event: EventBase) -> tuple[Running, ...]:
    """The running clocks after the event, in the order in which they were started."""
    running = {r.key: r for r in state.running}
    done = appointment_of(event)
    if done is not None:
        key, appointment = done
        if key in running:
            running[key] = _without(running[key], appointment)
    for change in event.clocks:
        key = change.running.key
        if change.fate in (Fate.STARTED, Fate.MOVED):
            running[key] = change.running
        else:
            running.pop(key, None)
    return tuple(running.values())


def appointment_of(event: EventBase) -> tuple[tuple[Clock, str], Appointment] | None:
    """Which appointment of which clock the event was, if it was one."""
    match event:
        case e.Reminded():
            doing, number = Doing.REMIND, event.number
        case e.BecameOverdue():
            doing, number = Doing.FALL_DUE, 0
        case e.Chased() | e.Escalated() | e.Criticised():
            doing, number = Doing.CLIMB, event.number
        case e.Supervised(clock=Clock() as clock, planned=planned, number=int() as number):
            assert planned is not None
            appointment = Appointment(at=planned, doing=Doing.CLIMB, number=number)
            return (clock, event.subject), appointment
        case _:
            return None
    appointment = Appointment(at=event.planned, doing=doing, number=number)
    return (event.clock, event.subject), appointment


def _without(running: Running, done: Appointment) -> Running:
    """Without the appointment kept, and those before it: they are too late to mean anything."""
    if done not in running.agenda:
        return running
    left = running.agenda[running.agenda.index(done) + 1 :]
    changes: dict[str, object] = {"agenda": left}
    if done.doing is Doing.FALL_DUE:
        changes["overdue_since"] = done.at
    return running.model_copy(update=changes)


def custody_of(state: DemandState, event: e.Event) -> tuple[Charge, ...]:
    """The sums of what each holder was charged, this event's charges included."""
    return summed((*state.custody, *event.charged)) if event.charged else state.custody


def supervised(state: DemandState, event: e.Supervised) -> tuple[Supervision, ...]:
    """The slips, with this one."""
    slip = Supervision(
        slip=event.slip,
        reason=event.reason,
        by_post=event.by.post,
        at=event.at,
        clock=event.clock,
        due=event.due,
    )
    return (*state.supervisions, slip)


def escalations_of(state: DemandState, event: e.Event) -> tuple[Escalation, ...]:
    """What waits for a leader after the event: nothing whose clock it stopped or moved ahead."""
    waiting = state.escalations
    if isinstance(event, e.Escalated):
        waiting = (*waiting, Escalation(clock=event.clock, due=event.due, at=event.at))
    if isinstance(event, e.Instructed):
        return ()
    for change in event.clocks:
        waiting = tuple(_still_late(one, state, change) for one in waiting)
    over = {
        (change.running.clock, change.running.overdue_since)
        for change in event.clocks
        if change.fate in (Fate.MET, Fate.DROPPED)
    }
    if isinstance(event, e.OverdueWithdrawn):
        over.add((event.clock, event.due))
    return tuple(one for one in waiting if (one.clock, one.due) not in over)


def _still_late(one: Escalation, state: DemandState, change: ClockChange) -> Escalation:
    """What was extended, and has passed again meanwhile, is late by its new due instant."""
    old, now = state.clock(*change.running.key), change.running.overdue_since
    if change.fate is not Fate.MOVED or now is None or old is None:
        return one
    same = (one.clock, one.due) == (old.clock, old.overdue_since)
    return one.model_copy(update={"due": now}) if same else one
