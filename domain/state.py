"""What a demand is now: nothing but the fold of its events."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.events import Milestone
from domain.policy import Policy
from domain.values import (
    Chain,
    Contact,
    Enterprise,
    Instant,
    Outcome,
    Person,
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


class Evaluation(Value):
    """The enterprise's word on one round."""

    round: int
    score: int
    comment: str
    at: Instant


class Holder(Value):
    """Whose turn it is: a role, and the code of the unit, squad, chain or enterprise in it."""

    role: Role
    code: str | None = None


class DemandState(Value):
    """A demand as of its last event. `since` is when the present status began, or began anew:
    by a reassignment, or by the unit speaking again after "not now"."""

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
    policy: Policy
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

    def milestone(self, number: int) -> Milestone | None:
        """The milestone with that number in the plan in force, if there is one."""
        milestones = self.plan.milestones if self.plan else ()
        return next((m for m in milestones if m.number == number), None)


def holder(state: DemandState) -> Holder | None:
    """Whose turn it is now, or None where the demand has ended.

    A listed demand waits for the bureau (or the chain's secretary unit, which may assign as well);
    "not now", once evaluated, is the unit's to review. A squad works, but the unit answers for it.
    """
    match state.status:
        case Status.LISTED:
            return Holder(role=Role.BUREAU, code=state.chain.code)
        case Status.ASSIGNED | Status.CLAIMED | Status.IN_PROGRESS:
            return _unit_of(state)
        case Status.RESOLVED:
            if state.reviewable and state.resolution and state.resolution.score is not None:
                return _unit_of(state)
            return Holder(role=Role.ENTERPRISE, code=state.enterprise.uscc)
        case Status.CLOSED | Status.REJECTED | Status.MERGED | Status.WITHDRAWN:
            return None
        case _:
            assert_never(state.status)


def _unit_of(state: DemandState) -> Holder:
    return Holder(role=Role.UNIT, code=state.unit.code if state.unit else None)
