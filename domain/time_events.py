"""The events that came with deadlines (format 2): part of the union in `domain.events`."""

from __future__ import annotations

from typing import Literal

from domain.calendar import CalendarInForce
from domain.duration import Written
from domain.event_base import EventBase
from domain.rules import Clock
from domain.values import Attachment, Instant, Squad, Unit, since


class Contacted(EventBase):
    """The unit spoke with the enterprise."""

    kind: Literal["contacted"] = "contacted"
    note: str
    answers: bool


class ExtensionAsked(EventBase):
    """The unit asked for more time."""

    kind: Literal["extension_asked"] = "extension_asked"
    more: Written
    reason: str


class ExtensionGranted(EventBase):
    """The bureau granted it: the deadline moved by `more`."""

    kind: Literal["extension_granted"] = "extension_granted"
    more: Written
    note: str


class ExtensionRefused(EventBase):
    """The deadline stays."""

    kind: Literal["extension_refused"] = "extension_refused"
    reason: str


class CoHandlingAsked(EventBase):
    """Another unit is to do a part."""

    kind: Literal["co_handling_asked"] = "co_handling_asked"
    unit: Unit
    request: str


class CoHandlingAccepted(EventBase):
    """The other unit took it on."""

    kind: Literal["co_handling_accepted"] = "co_handling_accepted"
    unit: Unit
    note: str


class CoHandlingReported(EventBase):
    """The other unit said how far it is."""

    kind: Literal["co_handling_reported"] = "co_handling_reported"
    unit: Unit
    text: str
    attachments: tuple[Attachment, ...] = since(3, ())


class CoHandlingFinished(EventBase):
    """The other unit has done its part."""

    kind: Literal["co_handling_finished"] = "co_handling_finished"
    unit: Unit
    text: str
    attachments: tuple[Attachment, ...] = since(3, ())


class Instructed(EventBase):
    """A leader said what is to be done; escalations up to here are acknowledged by it."""

    kind: Literal["instructed"] = "instructed"
    instruction: int
    text: str


class Responded(EventBase):
    """What was done about an instruction."""

    kind: Literal["responded"] = "responded"
    instruction: int
    text: str


class AdjudicationConvened(EventBase):
    """会商: nobody holds the demand until the bureau has ruled.

    `cause` is `returns` (given back too often) or `rounds` (dissatisfied in the last round, which
    takes it from its unit and opens round `round`).
    """

    kind: Literal["adjudication_convened"] = "adjudication_convened"
    cause: Literal["returns", "rounds"]
    round: int


class Ruled(EventBase):
    """裁定: this unit it is, and it cannot be returned. A precedent for its category."""

    kind: Literal["ruled"] = "ruled"
    category: str
    unit: Unit
    squad: Squad | None
    ruling: str
    legal_basis: str


class FollowedUp(EventBase):
    """The bureau asked the enterprise again."""

    kind: Literal["followed_up"] = "followed_up"
    text: str
    satisfied: bool


class CalendarAdopted(EventBase):
    """Another calendar counts from now on; `clocks` has the deadlines that it moved."""

    kind: Literal["calendar_adopted"] = "calendar_adopted"
    calendar: CalendarInForce


class ClockEvent(EventBase):
    """What the clock did about one deadline of the demand.

    `due` is the deadline, `planned` the instant at which the clock meant to act: `at` is later
    where the system was down.
    """

    clock: Clock
    subject: str = ""
    due: Instant
    planned: Instant


class Reminded(ClockEvent):
    """提醒: a word before time is up, by the policy's reminder of that number."""

    kind: Literal["reminded"] = "reminded"
    number: int


class BecameOverdue(ClockEvent):
    """逾期: the deadline passed."""

    kind: Literal["became_overdue"] = "became_overdue"


class OverdueWithdrawn(ClockEvent):
    """The deadline has moved, so that it had not passed; `due` is the one that had."""

    kind: Literal["overdue_withdrawn"] = "overdue_withdrawn"


class Chased(ClockEvent):
    """催办, by the policy's rung of that number."""

    kind: Literal["chased"] = "chased"
    number: int


class Escalated(ClockEvent):
    """升级: a leader is to instruct."""

    kind: Literal["escalated"] = "escalated"
    number: int


class Criticised(ClockEvent):
    """书面通报批评."""

    kind: Literal["criticised"] = "criticised"
    number: int


class Supervised(EventBase):
    """督办, with a slip of that number: by the policy's rung, or by hand (then `clock` is None)."""

    kind: Literal["supervised"] = "supervised"
    slip: int
    reason: str
    clock: Clock | None = None
    subject: str = ""
    due: Instant | None = None
    planned: Instant | None = None
    number: int | None = None
