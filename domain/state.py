"""What a demand is now: nothing but the fold of its events."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.calendar import CalendarInForce
from domain.deadline import Pause
from domain.duration import Written
from domain.events import Milestone
from domain.policy import PolicyInForce
from domain.rules import Clock, Rules
from domain.running import Charge, Running
from domain.values import (
    Chain,
    Contact,
    Enterprise,
    Instant,
    Outcome,
    Person,
    Right,
    Role,
    Squad,
    Status,
    Unit,
    Urgency,
    Value,
)


class Plan(Value):
    """The plan in force, with the milestones of it and those completed before it."""

    summary: str
    milestones: tuple[Milestone, ...]


class PauseState(Value):
    """A pause in force."""

    reason: str
    since: Instant
    until: Instant


class Resolution(Value):
    """The unit's word; `score` is the enterprise's on it, None until it has spoken."""

    outcome: Outcome
    text: str
    at: Instant
    review_on: date | None = None
    score: int | None = None

    @property
    def evaluated(self) -> bool:
        """Whether the enterprise has spoken on it."""
        return self.score is not None


class Evaluation(Value):
    """The enterprise's word on one round."""

    round: int
    score: int
    comment: str
    at: Instant


class ExtensionState(Value):
    """A request for more time that waits for the bureau."""

    more: Written
    reason: str
    at: Instant


class CoHandling(Value):
    """A part that another unit does."""

    unit: Unit
    request: str
    asked_at: Instant
    accepted_at: Instant | None = None
    finished_at: Instant | None = None

    @property
    def open(self) -> bool:
        """Whether the other unit has still to finish."""
        return self.finished_at is None


class Instruction(Value):
    """What a leader said is to be done."""

    number: int
    text: str
    by_post: str
    right: Right
    at: Instant
    responded_at: Instant | None = None


class Supervision(Value):
    """督办: the slip of that number, called for by a person or by the clock."""

    slip: int
    reason: str
    by_post: str
    at: Instant
    clock: Clock | None = None
    due: Instant | None = None


class Escalation(Value):
    """What went up to a leader, and hasn't been acknowledged by an instruction yet."""

    clock: Clock
    due: Instant
    at: Instant


class Holder(Value):
    """Whose turn it is: a role, and the code of the unit, squad, chain or enterprise in it."""

    role: Role
    code: str | None = None


class DemandState(Value):
    """A demand as of its last event. `since` is when the present status began, or began anew:
    by a reassignment, or by the unit speaking again after "not now".

    `running` are the open deadlines; `pauses` those since the demand came to its unit, or was
    reopened, and `extensions` the granted ones. While `adjudicating`, only a ruling assigns; once
    `ruled`, the unit cannot return it. `assigned_at` is the first assignment, where custody begins.
    """

    demand: str
    format: int
    list_id: str
    meeting: str
    enterprise: Enterprise
    chain: Chain
    category: str
    urgency: Urgency
    text: str
    raised_on: date | None = None
    contact: Contact
    remark: str
    possible_duplicates: tuple[str, ...] = ()
    policy: PolicyInForce
    calendar: CalendarInForce | None = None
    status: Status
    round: int = 1
    returns: int = 0
    listed_at: Instant
    since: Instant
    changed_at: Instant
    unit: Unit | None = None
    squad: Squad | None = None
    responsible_leader: str | None = None
    handler: Person | None = None
    member: Person | None = None
    plan: Plan | None = None
    next_milestone: int = 1
    percent: int = 0
    pause: PauseState | None = None
    resolution: Resolution | None = None
    evaluations: tuple[Evaluation, ...] = ()
    running: tuple[Running, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extension: ExtensionState | None = None
    extensions: int = 0
    co_handlings: tuple[CoHandling, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    adjudicating: bool = False
    ruled: bool = False
    assigned_at: Instant | None = None
    custody: tuple[Charge, ...] = ()

    @property
    def rules(self) -> Rules | None:
        """The policy with its deadlines, or None where the demand began under format 1."""
        return self.policy if isinstance(self.policy, Rules) else None

    def clock(self, clock: Clock, subject: str = "") -> Running | None:
        """The running clock, if it runs."""
        return next((r for r in self.running if r.key == (clock, subject)), None)

    @property
    def overdue(self) -> bool:
        """Whether a deadline has passed."""
        return any(running.overdue_since is not None for running in self.running)

    @property
    def awaits_follow_up(self) -> bool:
        """Whether the bureau is to ask the enterprise again before closing."""
        return self.clock(Clock.FOLLOW_UP) is not None

    @property
    def open(self) -> bool:
        """Whether something still has to happen."""
        return not self.status.ended

    @property
    def reviewable(self) -> bool:
        """Whether the unit's word was "not now", which stays open and can be spoken anew."""
        return (
            self.status is Status.RESOLVED
            and self.resolution is not None
            and self.resolution.outcome is Outcome.NOT_NOW
        )

    @property
    def open_milestones(self) -> tuple[Milestone, ...]:
        """What of the plan in force is still to be done."""
        milestones = self.plan.milestones if self.plan else ()
        return tuple(one for one in milestones if one.completed_at is None)

    @property
    def unanswered(self) -> tuple[Instruction, ...]:
        """The instructions that nobody has acted on yet."""
        return tuple(one for one in self.instructions if one.responded_at is None)

    def milestone(self, number: int) -> Milestone | None:
        """The milestone with that number in the plan in force, if there is one."""
        milestones = self.plan.milestones if self.plan else ()
        return next((m for m in milestones if m.number == number), None)


def holder(state: DemandState) -> Holder | None:
    """Whose turn it is now, or None where the demand has ended.

    A listed demand waits for the bureau (or the chain's secretary unit, which may assign as well);
    "not now", once evaluated, is the unit's to review. A squad works, but the unit answers for it.
    """
    if state.awaits_follow_up:
        return Holder(role=Role.BUREAU, code=state.chain.code)
    match state.status:
        case Status.LISTED:
            return Holder(role=Role.BUREAU, code=state.chain.code)
        case Status.ASSIGNED | Status.CLAIMED | Status.IN_PROGRESS:
            return _unit_of(state)
        case Status.RESOLVED:
            if state.reviewable and state.resolution and state.resolution.evaluated:
                return _unit_of(state)
            return Holder(role=Role.ENTERPRISE, code=state.enterprise.uscc)
        case Status.CLOSED | Status.REJECTED | Status.MERGED | Status.WITHDRAWN:
            return None
        case _:
            assert_never(state.status)


def _unit_of(state: DemandState) -> Holder:
    return Holder(role=Role.UNIT, code=state.unit.code if state.unit else None)
