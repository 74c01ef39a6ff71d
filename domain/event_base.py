"""What all events have in common."""

from __future__ import annotations

from domain.actors import Actor
from domain.notice import Notice
from domain.running import Charge, ClockChange
from domain.values import Instant, Right, Value, since

FORMAT = 1
"""The format of a chain whose first event names none."""


class EventBase(Value):
    """Common to all events.

    `clocks` are the deadlines that the event started, moved or stopped, `charged` is the custody
    up to it, `tell` is who must be told of it: all three since format 2.
    """

    at: Instant
    by: Actor
    right: Right
    clocks: tuple[ClockChange, ...] = since(2, ())
    charged: tuple[Charge, ...] = since(2, ())
    tell: tuple[Notice, ...] = since(2, ())
