"""What happened, in the past tense. One typed union; each keeps who, with what right, and when.

A field added after format 1 is declared with `values.since`, which keeps
older chains byte-identical.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.calendar import CalendarInForce
from domain.event_base import FORMAT as FORMAT
from domain.event_base import EventBase as EventBase
from domain.policy import PolicyInForce
from domain.time_events import AdjudicationConvened as AdjudicationConvened
from domain.time_events import BecameOverdue as BecameOverdue
from domain.time_events import CalendarAdopted as CalendarAdopted
from domain.time_events import Chased as Chased
from domain.time_events import ClockEvent as ClockEvent
from domain.time_events import CoHandlingAccepted as CoHandlingAccepted
from domain.time_events import CoHandlingAsked as CoHandlingAsked
from domain.time_events import CoHandlingFinished as CoHandlingFinished
from domain.time_events import CoHandlingReported as CoHandlingReported
from domain.time_events import Contacted as Contacted
from domain.time_events import Criticised as Criticised
from domain.time_events import Escalated as Escalated
from domain.time_events import ExtensionAsked as ExtensionAsked
from domain.time_events import ExtensionGranted as ExtensionGranted
from domain.time_events import ExtensionRefused as ExtensionRefused
from domain.time_events import FollowedUp as FollowedUp
from domain.time_events import Instructed as Instructed
from domain.time_events import OverdueWithdrawn as OverdueWithdrawn
from domain.time_events import Reminded as Reminded
from domain.time_events import Responded as Responded
from domain.time_events import Ruled as Ruled
from domain.time_events import Supervised as Supervised
from domain.values import (
    Attachment,
    Chain,
    Contact,
    Enterprise,
    Instant,
    Outcome,
    Person,
    SourceRow,
    Squad,
    Unit,
    Urgency,
    Value,
    since,
)


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
    calendar: CalendarInForce | None = since(2, None)


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
    attachments: tuple[Attachment, ...] = since(3, ())


class MilestoneCompleted(EventBase):
    """A milestone is done."""

    kind: Literal["milestone_completed"] = "milestone_completed"
    milestone: int
    note: str
    attachments: tuple[Attachment, ...] = since(3, ())


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
    attachments: tuple[Attachment, ...] = since(3, ())


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


class MaterialSupplied(EventBase):
    """The enterprise added to its demand; `call_note` is set where the bureau recorded it."""

    kind: Literal["material_supplied"] = "material_supplied"
    text: str
    attachments: tuple[Attachment, ...]
    call_note: str


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
    | MaterialSupplied
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
