"""What happened, in the past tense. One typed union; each keeps who, with what right, and when.

A field added after format 1 is declared with `values.since`, which keeps
older chains byte-identical.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.actors import Actor
from domain.calendar import Calendar
from domain.duration import Written
from domain.notice import Notice
from domain.policy import PolicyInForce
from domain.rules import Clock
from domain.running import Charge, ClockChange
from domain.values import (
    Chain,
    Contact,
    Enterprise,
    Instant,
    Outcome,
    Person,
    Right,
    SourceRow,
    Squad,
    Unit,
    Urgency,
    Value,
    since,
)

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


class Listed(EventBase):
    """The demand exists. Fixes the format of its event chain; carries policy and calendar in force.

    `calendar` is None in format 1, which sets no deadlines.
    """

    kind: Literal["listed"] = "listed"
    format: int = FORMAT
    demand: str
    list_id: str
    meeting: str
    enterprise: Enterprise
    chain: Chain
    category: str
    urgency: Urgency
    text: str
    raised_on: date | None
    contact: Contact
    remark: str
    source: SourceRow | None
    possible_duplicates: tuple[str, ...]
    policy: PolicyInForce
    calendar: Calendar | None = since(2, None)


class Amended(EventBase):
    """Something written down was corrected; None means unchanged."""

    kind: Literal["amended"] = "amended"
    category: str | None
    urgency: Urgency | None
    raised_on: date | None
    contact: Contact | None
    remark: str | None
    reason: str


class Rejected(EventBase):
    """The bureau did not take it up."""

    kind: Literal["rejected"] = "rejected"
    reason: str


class Assigned(EventBase):
    """A unit is responsible."""

    kind: Literal["assigned"] = "assigned"
    unit: Unit
    squad: Squad | None
    note: str


class Reassigned(EventBase):
    """Another unit, or another squad, is responsible from now on."""

    kind: Literal["reassigned"] = "reassigned"
    unit: Unit
    squad: Squad | None
    previous_unit: Unit
    reason: str


class Claimed(EventBase):
    """The unit accepted."""

    kind: Literal["claimed"] = "claimed"
    responsible_leader: str
    handler: Person
    squad: Squad | None


class Returned(EventBase):
    """The unit gave it back; the demand is listed again, the round unchanged."""

    kind: Literal["returned"] = "returned"
    unit: Unit
    reason: str
    legal_basis: str


class Milestone(Value):
    """A step of the plan; its number is never used again within the demand."""

    number: int
    title: str
    due_on: date | None = None
    completed_at: Instant | None = None


class Planned(EventBase):
    """There is a plan, or a new one; completed milestones of the old one are kept."""

    kind: Literal["planned"] = "planned"
    summary: str
    milestones: tuple[Milestone, ...]


class Handed(EventBase):
    """Somebody in particular works on it."""

    kind: Literal["handed"] = "handed"
    to: Person


class ProgressReported(EventBase):
    """Work was done; percent is None where the reporter gave none."""

    kind: Literal["progress_reported"] = "progress_reported"
    text: str
    percent: int | None


class MilestoneCompleted(EventBase):
    """A milestone is done."""

    kind: Literal["milestone_completed"] = "milestone_completed"
    milestone: int
    note: str


class Paused(EventBase):
    """The work waits."""

    kind: Literal["paused"] = "paused"
    reason: str
    until: Instant


class Resumed(EventBase):
    """The work goes on."""

    kind: Literal["resumed"] = "resumed"
    note: str


class Resolved(EventBase):
    """The unit said what came of it."""

    kind: Literal["resolved"] = "resolved"
    outcome: Outcome
    text: str
    review_on: date | None


class Evaluated(EventBase):
    """The enterprise said what it thinks; `call_note` is set where the bureau recorded it."""

    kind: Literal["evaluated"] = "evaluated"
    score: int
    comment: str
    call_note: str


class Reopened(EventBase):
    """重办: a dissatisfied evaluation opened the next round with the same unit."""

    kind: Literal["reopened"] = "reopened"
    round: int


class Closed(EventBase):
    """销号: the enterprise's word ended it."""

    kind: Literal["closed"] = "closed"


class Withdrawn(EventBase):
    """The enterprise took it back."""

    kind: Literal["withdrawn"] = "withdrawn"
    reason: str
    call_note: str


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


class CoHandlingFinished(EventBase):
    """The other unit has done its part."""

    kind: Literal["co_handling_finished"] = "co_handling_finished"
    unit: Unit
    text: str


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
    calendar: Calendar


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


Event = Annotated[
    Listed
    | Amended
    | Rejected
    | Assigned
    | Reassigned
    | Claimed
    | Returned
    | Planned
    | Handed
    | ProgressReported
    | MilestoneCompleted
    | Paused
    | Resumed
    | Resolved
    | Evaluated
    | Reopened
    | Closed
    | Withdrawn
    | Contacted
    | ExtensionAsked
    | ExtensionGranted
    | ExtensionRefused
    | CoHandlingAsked
    | CoHandlingAccepted
    | CoHandlingReported
    | CoHandlingFinished
    | Instructed
    | Responded
    | AdjudicationConvened
    | Ruled
    | FollowedUp
    | CalendarAdopted
    | Reminded
    | BecameOverdue
    | OverdueWithdrawn
    | Chased
    | Escalated
    | Criticised
    | Supervised,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
