"""What happened, in the past tense. One typed union; each keeps who, with what right, and when.

A field added after format 1 is declared with `values.since`, which keeps
older chains byte-identical.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.actors import Actor
from domain.notice import Notice
from domain.policy import Policy
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
    """The demand exists. Fixes the format of its event chain and carries the policy in force."""

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
    policy: Policy


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
    | Withdrawn,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
