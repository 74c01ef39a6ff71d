"""Which clocks an event starts, moves and stops: the book of deadlines.

`clock_changes` compares a demand before and after an event. Its answer becomes part of the event
itself, derivations included, so that a history needs no code of ours to know what was due when.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain import events as e
from domain import follow_up
from domain.agenda import agenda_of, climbed_again
from domain.calendar import Calendar, end_of_day
from domain.clock import deadline
from domain.deadline import Deadline, Pause
from domain.duration import Duration
from domain.evolve_clock import appointment_of
from domain.policy import dissatisfied_at_most
from domain.rules import Clock, Rules, Start
from domain.running import ClockChange, Doing, Fate, Running
from domain.state import DemandState
from domain.values import Outcome, Status

PAUSABLE = frozenset(
    {
        *(Clock.CONTACT, Clock.PLAN, Clock.ANSWER, Clock.RESOLVE),
        *(Clock.PROGRESS, Clock.CO_HANDLE, Clock.INSTRUCT),
    }
)
"""The clocks of those who work: a pause of the work stops them, and no others."""

OBJECTION = "adjudication"
EXTENSION = "extension"
"""The subjects of the bureau's `decide` clocks."""

_STARTING_AT = (Clock.CONTACT, Clock.ANSWER, Clock.PLAN, Clock.RESOLVE)


def clock_changes(
    before: DemandState | None, after: DemandState, event: e.Event
) -> tuple[ClockChange, ...]:
    """What the event does to the clocks; `after` is the state it leads to, clocks left aside.

    Empty under a policy without deadlines.
    """
    if after.rules is None or after.calendar is None:
        return ()
    keeper = _Keeper(before, after, event.at, after.rules, after.calendar)
    _apply(keeper, event)
    return tuple(keeper.changes)


class _Keeper:
    """The clocks while one event is applied to them."""

    def __init__(
        self,
        before: DemandState | None,
        after: DemandState,
        at: datetime,
        rules: Rules,
        calendar: Calendar,
    ) -> None:
        self.before = before
        self.after = after
        self.at = at
        self.rules = rules
        self.calendar = calendar
        self.times = rules.clocks_for(after.category, after.urgency)
        self.running = {r.key: r for r in before.running} if before else {}
        self.changes: list[ClockChange] = []

    def start(self, clock: Clock, subject: str = "", fixed: datetime | None = None) -> None:
        """Start a clock afresh: for as long as the policy says, or until a day somebody named."""
        legs: tuple[Deadline, ...] = ()
        if fixed is None:
            duration = self.times.of(clock)
            if duration is None:
                return
            legs = (self._leg(self.at, duration, clock),)
        running = Running(clock=clock, subject=subject, start=self.at, legs=legs, fixed=fixed)
        self._set(Fate.STARTED, self._with_agenda(running, None))

    def start_at(self, start: Start) -> None:
        """Start the clocks that the policy counts from here."""
        for clock in _STARTING_AT:
            if getattr(self.rules.starts, clock.value) is start:
                self.start(clock)

    def stop(self, fate: Fate, *clocks: Clock, subject: str | None = None) -> None:
        """Stop these clocks, all of their subjects unless one is named."""
        for key in [k for k in self.running if k[0] in clocks]:
            if subject is None or key[1] == subject:
                self.changes.append(ClockChange(fate=fate, running=self.running.pop(key)))

    def drop_all(self, *but: Clock) -> None:
        """Stop everything that no longer applies."""
        self.stop(Fate.DROPPED, *(clock for clock in Clock if clock not in but))

    def meet(self, *clocks: Clock, subject: str | None = None) -> None:
        """Stop clocks whose work is done."""
        self.stop(Fate.MET, *clocks, subject=subject)

    def extend(self, clock: Clock, more: Duration) -> None:
        """Give a clock so much more time, counted from where it was due."""
        running = self.running.get((clock, ""))
        if running is not None:
            self._move(running, (*running.legs, self._leg(running.due, more, clock)))

    def climb_again(self, event: e.Event) -> None:
        """Put the next time of a rung down that is climbed again and again."""
        found = appointment_of(event)
        running = self.running.get(found[0]) if found else None
        if found is None or running is None or found[1] not in running.agenda:
            return
        every = self.rules.ladder[found[1].number].every
        if every is not None:
            again = climbed_again(running, found[1], every, self.calendar, self.at)
            self._set(Fate.MOVED, again)

    def reckon_again(self, clocks: frozenset[Clock], revised: bool) -> None:
        """Reckon clocks anew from their own starts: pauses, rules or the calendar have changed.

        A revision (of rules or calendar) brings no due instant before its own.
        """
        for running in list(self.running.values()):
            if running.clock in clocks:
                self._move(running, self._reckoned(running, revised), revised)

    def _reckoned(self, running: Running, revised: bool) -> tuple[Deadline, ...]:
        """Its legs anew, each from where the one before it ends.

        One that began later than that was granted on a revised deadline: it still begins there.
        """
        legs: list[Deadline] = []
        for number, old in enumerate(running.legs):
            rule, start = old.rule, running.start
            if number:
                start, ended = _due(legs[-1]), _due(running.legs[number - 1])
                start = max(start, old.start) if old.start > ended else start
            elif revised:
                rule = self.times.of(running.clock) or rule
            legs.append(self._leg(start, rule, running.clock))
        return tuple(legs)

    def _move(self, running: Running, legs: tuple[Deadline, ...], revised: bool = False) -> None:
        """Give a clock these legs, if anything changes by it: its due instant, or only its agenda.

        What is overdue, and is so by a revision too, stays due when it was.
        """
        moved = running.model_copy(update={"legs": legs})
        rungs: set[int] | None = None
        if running.overdue_since is not None and moved.due <= self.at:
            if revised:
                moved = running
            moved = moved.model_copy(update={"overdue_since": moved.due})
            rungs = {a.number for a in running.agenda if a.doing is Doing.CLIMB}
        else:
            if revised and moved.due != running.due and moved.due < self.at:
                moved = moved.model_copy(update={"not_before": self.at})
            moved = moved.model_copy(update={"overdue_since": None})
        moved = self._with_agenda(moved, rungs)
        if moved != running:
            self._set(Fate.MOVED, moved)

    def _leg(self, start: datetime, rule: Duration, clock: Clock) -> Deadline:
        return deadline(start, rule, self.calendar, self._pauses(clock))

    def _with_agenda(self, running: Running, rungs: set[int] | None) -> Running:
        pauses = self._pauses(running.clock)
        found = agenda_of(running, self.rules, self.calendar, pauses, self.at, rungs)
        return running.model_copy(update={"agenda": found})

    def _pauses(self, clock: Clock) -> tuple[Pause, ...]:
        return self.after.pauses if clock in PAUSABLE else ()

    def _set(self, fate: Fate, running: Running) -> None:
        self.running[running.key] = running
        self.changes.append(ClockChange(fate=fate, running=running))


def _due(leg: Deadline) -> datetime:
    assert leg.due is not None, "every pause has an end"
    return leg.due


_WORK = (*PAUSABLE, Clock.CLAIM, Clock.PAUSE)
"""What ends with the unit's having the demand; its request for more time ends with it."""


def _apply(keeper: _Keeper, event: e.Event) -> None:
    match event:
        case e.Listed():
            keeper.start(Clock.ASSIGN)
            keeper.start_at(Start.LISTED)
        case e.Assigned() | e.Ruled() | e.Reassigned() | e.Claimed() | e.Returned():
            _handing_over(keeper, event)
        case e.Planned() | e.ProgressReported() | e.MilestoneCompleted() | e.Contacted():
            _working(keeper, event)
        case e.Paused():
            keeper.start(Clock.PAUSE, fixed=event.until)
            keeper.reckon_again(PAUSABLE, revised=False)
        case e.Resumed():
            keeper.meet(Clock.PAUSE)
            if keeper.before is not None and keeper.before.pauses != keeper.after.pauses:
                keeper.reckon_again(PAUSABLE, revised=False)  # it was ended early
        case e.ExtensionAsked():
            keeper.start(Clock.DECIDE, EXTENSION)
        case e.ExtensionGranted():
            keeper.meet(Clock.DECIDE, subject=EXTENSION)
            keeper.extend(Clock.RESOLVE, event.more)
        case e.ExtensionRefused():
            keeper.meet(Clock.DECIDE, subject=EXTENSION)
        case e.CoHandlingAsked():
            keeper.start(Clock.CO_HANDLE, event.unit.code)
        case e.CoHandlingFinished():
            keeper.meet(Clock.CO_HANDLE, subject=event.unit.code)
        case e.Instructed():
            keeper.start(Clock.INSTRUCT, str(event.instruction))
        case e.Responded():
            keeper.meet(Clock.INSTRUCT, subject=str(event.instruction))
        case e.Resolved() | e.Evaluated() | e.Reopened() | e.FollowedUp():
            _concluding(keeper, event)
        case e.AdjudicationConvened():
            keeper.drop_all()
            keeper.start(Clock.DECIDE, OBJECTION)
        case e.Rejected() | e.Closed() | e.Withdrawn():
            keeper.drop_all()
        case e.Amended():
            if event.category is not None or event.urgency is not None:
                keeper.reckon_again(frozenset(Clock), revised=True)
        case e.CalendarAdopted():
            keeper.reckon_again(frozenset(Clock), revised=True)
        case e.Chased() | e.Escalated() | e.Criticised() | e.Supervised(clock=Clock()):
            keeper.climb_again(event)
        case e.Supervised() | e.ClockEvent():
            pass
        case e.Handed() | e.CoHandlingAccepted() | e.CoHandlingReported():
            pass
        case e.MaterialSupplied():
            pass
        case _:
            assert_never(event)


def _handing_over(
    keeper: _Keeper, event: e.Assigned | e.Ruled | e.Reassigned | e.Claimed | e.Returned
) -> None:
    match event:
        case e.Assigned() | e.Ruled():
            keeper.meet(Clock.ASSIGN, Clock.DECIDE)
            keeper.start(Clock.CLAIM)
            if isinstance(event, e.Ruled):
                keeper.start_at(Start.LISTED)
            keeper.start_at(Start.ASSIGNED)
        case e.Reassigned():
            keeper.stop(Fate.DROPPED, *_WORK, Clock.DECIDE)
            keeper.start(Clock.CLAIM)
            keeper.start_at(Start.LISTED)
            keeper.start_at(Start.ASSIGNED)
        case e.Claimed():
            keeper.meet(Clock.CLAIM)
            keeper.start_at(Start.CLAIMED)
        case e.Returned():
            keeper.stop(Fate.DROPPED, *_WORK, Clock.DECIDE)
            keeper.start(Clock.ASSIGN)
            keeper.start_at(Start.LISTED)
        case _:
            assert_never(event)


def _working(
    keeper: _Keeper,
    event: e.Planned | e.ProgressReported | e.MilestoneCompleted | e.Contacted,
) -> None:
    match event:
        case e.Planned():
            keeper.meet(Clock.PLAN, Clock.REVIEW)
            keeper.stop(Fate.DROPPED, Clock.EVALUATE, Clock.FOLLOW_UP)
            if keeper.before is not None and keeper.before.status is Status.CLAIMED:
                keeper.start_at(Start.PLANNED)
            if (Clock.PROGRESS, "") not in keeper.running:
                keeper.start(Clock.PROGRESS)
            if (Clock.RESOLVE, "") not in keeper.running:
                keeper.start(Clock.RESOLVE)
        case e.ProgressReported() | e.MilestoneCompleted():
            keeper.meet(Clock.PROGRESS)
            keeper.start(Clock.PROGRESS)
        case e.Contacted():
            keeper.meet(Clock.CONTACT)
            if event.answers:
                keeper.meet(Clock.ANSWER)
        case _:
            assert_never(event)


def _concluding(
    keeper: _Keeper, event: e.Resolved | e.Evaluated | e.Reopened | e.FollowedUp
) -> None:
    match event:
        case e.Resolved():
            keeper.meet(Clock.RESOLVE, Clock.REVIEW, Clock.INSTRUCT)
            keeper.drop_all()
            keeper.start(Clock.EVALUATE)
            if event.outcome is Outcome.NOT_NOW and event.review_on is not None:
                keeper.start(Clock.REVIEW, fixed=end_of_day(event.review_on))
        case e.Evaluated():
            keeper.meet(Clock.EVALUATE)
            satisfied = event.score > dissatisfied_at_most(keeper.rules)
            if satisfied and not keeper.after.reviewable and follow_up.wanted(keeper.after):
                keeper.start(Clock.FOLLOW_UP)
        case e.Reopened():
            keeper.drop_all()
            keeper.start(Clock.PLAN)
            if keeper.rules.starts.resolve is not Start.PLANNED:
                keeper.start(Clock.RESOLVE)
        case e.FollowedUp():
            keeper.meet(Clock.FOLLOW_UP)
        case _:
            assert_never(event)


def next_due(state: DemandState) -> datetime | None:
    """The earliest instant at which the clock itself must act; None where no clock runs."""
    return min((r.agenda[0].at for r in state.running if r.agenda), default=None)


def earliest(state: DemandState) -> Running | None:
    """The deadline that comes first, or passed first; None where no clock runs.

    The enterprise's own time to evaluate comes after everything that somebody must do.
    """
    return min(state.running, key=lambda r: (r.clock is Clock.EVALUATE, r.due), default=None)
