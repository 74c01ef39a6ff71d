"""The rule book, first half: may this be done now, and what happens then.

`decide(state, command, at)` has no side effects and never changes `state`; it answers with events
or raises `Refused`. `domain.evolve` is the second half.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain import commands as c
from domain import events as e
from domain.authority import authorize
from domain.calendar import ONE_DAY, PARK_TIME, end_of_day, never_closing
from domain.clock import deadline
from domain.decide_enterprise import decide_enterprise
from domain.decide_time import decide_time
from domain.deciding import Events, said
from domain.duration import Measure
from domain.policy import format_of
from domain.refusal import RefusalCode, Refused
from domain.rules import Clock, Rules
from domain.standing import require_standing
from domain.state import DemandState
from domain.timed import timed
from domain.values import Outcome, Right, Squad

_LONGEST_PAUSE = timedelta(days=5 * 366)
"""Where the policy sets no limit. What waits for longer than a plan of five years isn't paused."""


def decide(state: DemandState | None, command: c.Command, at: datetime) -> Events:
    """The events that the command brings about at that instant, one or more.

    `state` is None where the demand doesn't exist yet. Under a policy with deadlines each event
    comes with the clocks it moves. Raises `Refused` with a stable code.
    """
    try:
        return timed(state, _decide(state, command, at))
    except OverflowError as error:
        raise Refused(RefusalCode.DEADLINE_TOO_FAR) from error


def _decide(state: DemandState | None, command: c.Command, at: datetime) -> Events:
    if isinstance(command, c.ListDemand):
        return _list(state, command, at)
    if state is None:
        raise Refused(RefusalCode.NOT_YET_LISTED)
    right = authorize(command, state)
    require_standing(state, command.kind, command.by, at)
    match command:
        case c.Amend():
            return _amend(state, command, right, at)
        case c.Reject():
            return (e.Rejected(at=at, by=command.by, right=right, reason=command.reason),)
        case c.Assign():
            return _assign(command, right, at)
        case c.Reassign():
            return _reassign(state, command, right, at)
        case c.Claim():
            return _claim(state, command, right, at)
        case c.Return():
            return _return(state, command, right, at)
        case c.MakePlan():
            return _plan(state, command, right, at)
        case c.Hand():
            return _hand(state, command, right, at)
        case c.ReportProgress():
            return _report_progress(state, command, right, at)
        case c.CompleteMilestone():
            return _complete_milestone(state, command, right, at)
        case c.Pause():
            return _pause(state, command, right, at)
        case c.Resume():
            return (e.Resumed(at=at, by=command.by, right=right, note=command.note),)
        case c.Resolve():
            return _resolve(state, command, right, at)
        case c.Evaluate() | c.Withdraw() | c.SupplyMaterial():
            return decide_enterprise(state, command, right, at)
        case _:
            return decide_time(state, command, right, at)


def _list(state: DemandState | None, command: c.ListDemand, at: datetime) -> Events:
    right = authorize(command, state)
    if state is not None:
        raise Refused(RefusalCode.ALREADY_LISTED, demand=state.demand)
    calendar = None
    if isinstance(command.policy, Rules):
        calendar = never_closing() if command.policy.office.never_closes else command.calendar
        if calendar is None:
            raise Refused(RefusalCode.CALENDAR_MISSING)
    return (
        e.Listed(
            at=at,
            by=command.by,
            right=right,
            format=format_of(command.policy),
            demand=command.demand,
            list_id=command.list_id,
            meeting=command.meeting,
            enterprise=command.enterprise,
            chain=command.chain,
            category=command.category,
            urgency=command.urgency,
            text=command.text,
            raised_on=command.raised_on,
            contact=command.contact,
            remark=command.remark,
            source=command.source,
            possible_duplicates=command.possible_duplicates,
            policy=command.policy,
            calendar=calendar,
        ),
    )


def _amend(state: DemandState, command: c.Amend, right: Right, at: datetime) -> Events:
    changes = {
        name: wanted if wanted is not None and wanted != present else None
        for name, wanted, present in (
            ("category", command.category, state.category),
            ("urgency", command.urgency, state.urgency),
            ("raised_on", command.raised_on, state.raised_on),
            ("contact", command.contact, state.contact),
            ("remark", command.remark, state.remark),
        )
    }
    if all(value is None for value in changes.values()):
        raise Refused(RefusalCode.NOTHING_TO_AMEND)
    amended = {"at": at, "by": command.by, "right": right, "reason": command.reason} | changes
    return (e.Amended.model_validate(amended),)


def _assign(command: c.Assign, right: Right, at: datetime) -> Events:
    return (
        e.Assigned(
            at=at,
            by=command.by,
            right=right,
            unit=command.unit,
            squad=command.squad,
            note=command.note,
        ),
    )


def _reassign(state: DemandState, command: c.Reassign, right: Right, at: datetime) -> Events:
    assert state.unit is not None
    squad = command.squad
    if command.unit.code == state.unit.code and _code(squad) == _code(state.squad):
        raise Refused(RefusalCode.SAME_HOLDER, unit=state.unit.name)
    return (
        e.Reassigned(
            at=at,
            by=command.by,
            right=right,
            unit=command.unit,
            squad=squad,
            previous_unit=state.unit,
            reason=command.reason,
        ),
    )


def _code(squad: Squad | None) -> str | None:
    return squad.code if squad else None


def _claim(state: DemandState, command: c.Claim, right: Right, at: datetime) -> Events:
    assert state.unit is not None
    if command.handler.unit != state.unit.code:
        raise Refused(
            RefusalCode.HANDLER_NOT_IN_UNIT, account=command.handler.account, unit=state.unit.name
        )
    return (
        e.Claimed(
            at=at,
            by=command.by,
            right=right,
            responsible_leader=command.responsible_leader,
            handler=command.handler,
            squad=command.squad or state.squad,
        ),
    )


def _return(state: DemandState, command: c.Return, right: Right, at: datetime) -> Events:
    """What is given back too often is no longer passed on: the bureau adjudicates."""
    assert state.unit is not None
    returned = e.Returned(
        at=at,
        by=command.by,
        right=right,
        unit=state.unit,
        reason=command.reason,
        legal_basis=command.legal_basis,
    )
    if state.rules is None or state.returns + 1 < state.rules.returns.adjudicate_at:
        return (returned,)
    convened = e.AdjudicationConvened(
        at=at, by=command.by, right=right, cause="returns", round=state.round
    )
    return returned, convened


def _plan(state: DemandState, command: c.MakePlan, right: Right, at: datetime) -> Events:
    """A plan begins the work, or changes it, or takes up again what was "not now"."""
    drafts = enumerate(command.milestones, start=state.next_milestone)
    return (
        e.Planned(
            at=at,
            by=command.by,
            right=right,
            summary=command.summary,
            milestones=tuple(
                e.Milestone(number=number, title=draft.title, due_on=draft.due_on)
                for number, draft in drafts
            ),
        ),
    )


def _hand(state: DemandState, command: c.Hand, right: Right, at: datetime) -> Events:
    assert state.unit is not None
    to = command.to
    in_squad = to.squad is not None and to.squad == _code(state.squad)
    in_unit = to.unit == state.unit.code
    if right is Right.SQUAD_CAPTAIN and not in_squad:
        raise Refused(RefusalCode.MEMBER_NOT_IN_SQUAD, account=to.account)
    if not (in_squad or in_unit):
        raise Refused(RefusalCode.HANDLER_NOT_IN_UNIT, account=to.account, unit=state.unit.name)
    present = state.member if in_squad else state.handler
    if present is not None and to.account == present.account:
        raise Refused(RefusalCode.ALREADY_HANDED, account=to.account)
    return (e.Handed(at=at, by=command.by, right=right, to=to),)


def _report_progress(
    state: DemandState, command: c.ReportProgress, right: Right, at: datetime
) -> Events:
    if command.percent is not None and command.percent < state.percent:
        raise Refused(
            RefusalCode.PROGRESS_BACKWARD,
            percent=str(command.percent),
            present=str(state.percent),
        )
    return (
        e.ProgressReported(
            at=at,
            by=command.by,
            right=right,
            text=command.text,
            percent=command.percent,
            attachments=command.attachments,
        ),
    )


def _complete_milestone(
    state: DemandState, command: c.CompleteMilestone, right: Right, at: datetime
) -> Events:
    milestone = state.milestone(command.milestone)
    if milestone is None:
        raise Refused(RefusalCode.UNKNOWN_MILESTONE, milestone=str(command.milestone))
    if milestone.completed_at is not None:
        raise Refused(RefusalCode.MILESTONE_DONE, milestone=str(command.milestone))
    return (
        e.MilestoneCompleted(
            at=at,
            by=command.by,
            right=right,
            milestone=command.milestone,
            note=command.note,
            attachments=command.attachments,
        ),
    )


def _pause(state: DemandState, command: c.Pause, right: Right, at: datetime) -> Events:
    if command.until <= at:
        raise Refused(RefusalCode.PAUSE_END_NOT_AHEAD, until=said(command.until))
    _require_short_enough(state, command.until, at)
    return (
        e.Paused(at=at, by=command.by, right=right, reason=command.reason, until=command.until),
    )


def _require_short_enough(state: DemandState, until: datetime, at: datetime) -> None:
    if state.rules is None or state.calendar is None:
        return
    allowed = state.rules.pauses
    longest = at + _LONGEST_PAUSE
    if allowed.longest is not None and allowed.longest.measure is Measure.DAYS:
        # A limit, unlike a deadline, isn't put off to the next working day.
        longest = end_of_day(at.astimezone(PARK_TIME).date() + allowed.longest.count * ONE_DAY)
    elif allowed.longest is not None:
        longest = deadline(at, allowed.longest, state.calendar).due or longest
    if until > longest:
        raise Refused(RefusalCode.PAUSE_TOO_LONG, until=said(longest))


def _resolve(state: DemandState, command: c.Resolve, right: Right, at: datetime) -> Events:
    review_on = command.review_on if command.outcome is Outcome.NOT_NOW else None
    if command.outcome is Outcome.NOT_NOW:
        _require_review_date(state, review_on, at)
    if command.outcome is Outcome.SOLVED:
        _require_milestones_done(state)
    return (
        e.Resolved(
            at=at,
            by=command.by,
            right=right,
            outcome=command.outcome,
            text=command.text,
            review_on=review_on,
            attachments=command.attachments,
        ),
    )


def _require_review_date(state: DemandState, review_on: date | None, at: datetime) -> None:
    if review_on is None:
        raise Refused(RefusalCode.REVIEW_DATE_MISSING)
    if review_on <= at.astimezone(PARK_TIME).date():
        raise Refused(RefusalCode.REVIEW_DATE_NOT_AHEAD, review_on=review_on.isoformat())
    if state.rules is None or state.calendar is None:
        return
    longest = state.rules.clocks_for(state.category, state.urgency).of(Clock.REVIEW)
    due = deadline(at, longest, state.calendar).due if longest else None
    if due is not None and end_of_day(review_on) > due:
        last = (due - timedelta(microseconds=1)).astimezone(PARK_TIME).date()
        raise Refused(RefusalCode.REVIEW_TOO_LATE, until=last.isoformat())


def _require_milestones_done(state: DemandState) -> None:
    waiting = [str(milestone.number) for milestone in state.open_milestones]
    if waiting:
        raise Refused(RefusalCode.MILESTONES_OPEN, milestones=", ".join(waiting))
