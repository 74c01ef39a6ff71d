"""A clock that runs for a demand: what must be done until when, with the whole derivation."""

from __future__ import annotations

from enum import StrEnum

from domain.deadline import Deadline
from domain.rules import Clock
from domain.values import Instant, Plain, Role, Value


class Doing(StrEnum):
    """What the clock itself does at an instant, in the order in which it does them."""

    REMIND = "remind"
    FALL_DUE = "fall_due"
    CLIMB = "climb"


class Appointment(Value):
    """Something the clock will do at that instant: the policy's reminder or rung of that number."""

    at: Instant
    doing: Doing
    number: int = 0


class Running(Value):
    """One open deadline of a demand.

    `subject` tells apart the clocks of which several may run: the code of a co-handling unit, the
    number of an instruction. `legs` is the reckoning: the rule's own time first, then each
    extension, counted from the due instant of the leg before. A day that somebody named (the end
    of a pause, the review of "not now") is `fixed` instead. A deadline that was revised is due no
    earlier than `not_before`, the instant of the revision.

    `agenda` is what the clock has still to do for it, in order; `overdue_since` is the due instant
    that has passed, None while it is in time.
    """

    clock: Clock
    subject: Plain = ""
    start: Instant
    legs: tuple[Deadline, ...] = ()
    fixed: Instant | None = None
    not_before: Instant | None = None
    overdue_since: Instant | None = None
    agenda: tuple[Appointment, ...] = ()

    @property
    def key(self) -> tuple[Clock, str]:
        """What identifies it within its demand."""
        return self.clock, self.subject

    @property
    def due(self) -> Instant:
        """The instant by which it must be met."""
        found = self.fixed or (self.legs[-1].due if self.legs else None)
        assert found is not None, "every pause of a demand has an end, so no clock stands still"
        return max(found, self.not_before) if self.not_before else found


class Fate(StrEnum):
    """What an event did to a clock."""

    STARTED = "started"
    MOVED = (
        "moved"  # another due instant (a pause, an extension, other rules), or more to do for it
    )
    MET = "met"  # what it waited for was done
    DROPPED = "dropped"  # it no longer applies: another unit, or the demand ended


class ClockChange(Value):
    """A clock that an event started, moved or stopped; `running` is how it was left.

    For one that stopped `running` is how it stood, so that the event says whether it was late.
    """

    fate: Fate
    running: Running


class Charge(Value):
    """Working minutes charged to whoever held the demand meanwhile.

    `code` is that of the unit, of the chain for the bureau, or the enterprise's; `name` its name.
    """

    role: Role
    code: Plain
    name: Plain = ""
    minutes: int
