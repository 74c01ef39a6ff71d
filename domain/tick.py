"""What the clock does by itself when an instant has come: the third half of the rule book.

`tick(state, now)` answers with the events of the earliest appointment that has come, or with none.
Whoever calls it folds them and calls again, until nothing is left: so a system that was down over
several instants makes up for all of them, each once, late, with the true due instant kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain import events as e
from domain.actors import CLOCK
from domain.deciding import conclusion
from domain.notice import Notice
from domain.rules import Clock, Recipient, Step
from domain.running import Appointment, Doing, Running
from domain.state import DemandState
from domain.telling import notices
from domain.timed import timed
from domain.values import Right


def tick(state: DemandState, now: datetime) -> tuple[e.Event, ...]:
    """What the clock brings about at `now`; empty where nothing is due yet."""
    # At the end of a pause it ends first, then comes what waited for it.
    come = [(found, running) for running in state.running if (found := _come(running, now))]
    if not come:
        return ()
    order = list(Doing)
    appointment, running = min(
        come,
        key=lambda one: (one[0].at, one[1].clock is not Clock.PAUSE, order.index(one[0].doing)),
    )
    return timed(state, _events(state, running, appointment, now))


def foreseen(state: DemandState, running: Running, appointment: Appointment) -> tuple[Notice, ...]:
    """Whom the clock will tell when that appointment has come, as things stand now."""
    events = _events(state, running, appointment, appointment.at)
    told: dict[tuple[Recipient, str], Notice] = {}
    for event in events:
        for notice in notices(state, state, event):
            told.setdefault((notice.recipient, notice.code), notice)
    return tuple(told.values())


def _come(running: Running, now: datetime) -> Appointment | None:
    """The first appointment that has come; a reminder whose deadline has passed is none."""
    come = [a for a in running.agenda if a.at <= now]
    if any(a.doing is Doing.FALL_DUE for a in come):
        come = [a for a in come if a.doing is not Doing.REMIND]
    return come[0] if come else None


def _events(
    state: DemandState, running: Running, appointment: Appointment, now: datetime
) -> tuple[e.Event, ...]:
    match appointment.doing:
        case Doing.REMIND:
            return (
                e.Reminded(
                    at=now,
                    by=CLOCK,
                    right=Right.CLOCK,
                    clock=running.clock,
                    subject=running.subject,
                    due=running.due,
                    planned=appointment.at,
                    number=appointment.number,
                ),
            )
        case Doing.FALL_DUE:
            return _fallen_due(state, running, now)
        case Doing.CLIMB:
            return (_climbed(state, running, appointment, now),)
        case _:
            assert_never(appointment.doing)


def _fallen_due(state: DemandState, running: Running, now: datetime) -> tuple[e.Event, ...]:
    """A pause ends, silence counts as an evaluation; everything else is overdue."""
    if running.clock is Clock.PAUSE:
        return (e.Resumed(at=now, by=CLOCK, right=Right.CLOCK, note=""),)
    if running.clock is Clock.EVALUATE:
        assert state.rules is not None
        score = state.rules.evaluation.silent_score
        silent = e.Evaluated(
            at=now, by=CLOCK, right=Right.CLOCK, score=score, comment="", call_note=""
        )
        return silent, *conclusion(state, score, CLOCK, Right.CLOCK, now)
    return (
        e.BecameOverdue(
            at=now,
            by=CLOCK,
            right=Right.CLOCK,
            clock=running.clock,
            subject=running.subject,
            due=running.due,
            planned=running.due,
        ),
    )


_STEPS: dict[Step, type[e.Chased | e.Escalated | e.Criticised]] = {
    Step.CHASE: e.Chased,
    Step.ESCALATE: e.Escalated,
    Step.CRITICISE: e.Criticised,
}


def _climbed(
    state: DemandState, running: Running, appointment: Appointment, now: datetime
) -> e.Event:
    assert state.rules is not None
    step = state.rules.ladder[appointment.number].step
    if step is Step.SUPERVISE:
        return e.Supervised(
            at=now,
            by=CLOCK,
            right=Right.CLOCK,
            slip=len(state.supervisions) + 1,
            reason="",
            clock=running.clock,
            subject=running.subject,
            due=running.due,
            planned=appointment.at,
            number=appointment.number,
        )
    return _STEPS[step](
        at=now,
        by=CLOCK,
        right=Right.CLOCK,
        clock=running.clock,
        subject=running.subject,
        due=running.due,
        planned=appointment.at,
        number=appointment.number,
    )
