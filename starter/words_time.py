"""What the events that came with deadlines say beyond their kind: see `starter.words`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from domain import events as e
from domain.rules import Clock
from runtime.text import text
from starter.clock_text import clock_text
from starter.deadline_text import duration_text
from starter.word_parts import deadline, place, say

TimeEvent = (
    e.Contacted
    | e.ExtensionAsked
    | e.ExtensionGranted
    | e.ExtensionRefused
    | e.CoHandlingAsked
    | e.CoHandlingAccepted
    | e.CoHandlingReported
    | e.CoHandlingFinished
    | e.Instructed
    | e.Responded
    | e.AdjudicationConvened
    | e.Ruled
    | e.FollowedUp
    | e.CalendarAdopted
    | e.Reminded
    | e.BecameOverdue
    | e.OverdueWithdrawn
    | e.Chased
    | e.Escalated
    | e.Criticised
    | e.Supervised
)


def time_parts(event: TimeEvent) -> Iterable[str]:
    """The parts of the sentence, some of them empty."""
    match event:
        case e.Contacted():
            yield event.note
            yield text("cli.said_answered") if event.answers else ""
        case e.ExtensionAsked():
            yield say("more", more=duration_text(event.more))
            yield event.reason
        case e.ExtensionGranted():
            yield say("more", more=duration_text(event.more))
            yield event.note
        case e.ExtensionRefused():
            yield event.reason
        case e.CoHandlingAsked():
            yield event.unit.name
            yield event.request
        case e.CoHandlingAccepted():
            yield event.unit.name
            yield event.note
        case e.CoHandlingReported() | e.CoHandlingFinished():
            yield event.unit.name
            yield event.text
        case e.Instructed() | e.Responded():
            yield say("instruction", number=event.instruction)
            yield event.text
        case e.AdjudicationConvened():
            yield text(f"cli.said_convened_{event.cause}")
        case e.Ruled():
            yield place(event.unit, event.squad)
            yield event.ruling
            yield say("legal_basis", text=event.legal_basis) if event.legal_basis else ""
        case e.FollowedUp():
            yield text("cli.said_satisfied" if event.satisfied else "cli.said_dissatisfied")
            yield event.text
        case e.CalendarAdopted():
            yield event.calendar.version
        case e.Supervised():
            yield say("slip", number=event.slip)
            yield event.reason
            if event.clock is not None and event.due is not None:
                yield clock_due(event.clock, event.subject, event.due)
        case e.ClockEvent():
            yield clock_due(event.clock, event.subject, event.due)
        case _:
            assert_never(event)


def clock_due(clock: Clock, subject: str, due: datetime) -> str:
    """A clock and when it is, or was, due."""
    return say("clock_due", clock=clock_text(clock, subject, {}), due=deadline(due))
