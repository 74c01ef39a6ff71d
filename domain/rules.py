"""The rules in force for a demand, format 2: what is due when, who is told, and how far it goes.

A rule set is data from a TOML file (`policies/`), part of a demand's first event. It says what a
published rule says and nothing about how: which event starts and stops a clock is in `Clock`.
Demands still start under format 1 (`domain.policy`), which sets no deadlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from domain.calendar import OfficeHours
from domain.duration import Duration, Written
from domain.fault import Fault
from domain.values import Plain, ShortText, Urgency, Value

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Often = Annotated[int, Field(ge=0, le=99)]


class Clock(StrEnum):
    """What must be done in time, and by whom. The start in brackets is the usual one."""

    ASSIGN = "assign"  # bureau: give the demand to a unit [listed]
    DECIDE = "decide"  # bureau: answer an objection or a request for extension [asked]
    CONTACT = "contact"  # unit: first contact with the enterprise [assigned]
    CLAIM = "claim"  # unit: accept or give back [assigned]
    PLAN = "plan"  # unit: say how and until when [claimed]
    ANSWER = "answer"  # unit: a first answer to the enterprise [assigned]
    RESOLVE = "resolve"  # unit: say what came of it [assigned]
    PROGRESS = "progress"  # unit or squad: report again [last report]
    CO_HANDLE = "co_handle"  # co-handling unit: finish its part [asked]
    INSTRUCT = "instruct"  # unit: act on a leader's instruction [instructed]
    EVALUATE = "evaluate"  # enterprise [resolved]
    FOLLOW_UP = "follow_up"  # bureau: ask the enterprise again before closing [evaluated]
    REVIEW = "review"  # unit: the latest review of "not now" [resolved]
    PAUSE = "pause"  # unit: the end of a pause, named with it [paused]


NEEDED = (
    *(Clock.ASSIGN, Clock.DECIDE, Clock.CLAIM, Clock.RESOLVE, Clock.CO_HANDLE),
    *(Clock.INSTRUCT, Clock.EVALUATE, Clock.REVIEW),
)
"""Without one of these, something could wait for ever."""


NOT_CHASED = (Clock.EVALUATE, Clock.PAUSE)
"""Clocks that a reminder or rung means only where it names them: silence settles an evaluation, and
at the end of a pause the work goes on by itself. Nobody is late with either."""


class Start(StrEnum):
    """The event that a clock counts from, where rules differ."""

    LISTED = "listed"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    PLANNED = "planned"


class Clocks(Value):
    """How much time each clock gives. What a table leaves out is not set by it."""

    assign: Written | None = None
    decide: Written | None = None
    contact: Written | None = None
    claim: Written | None = None
    plan: Written | None = None
    answer: Written | None = None
    resolve: Written | None = None
    progress: Written | None = None
    co_handle: Written | None = None
    instruct: Written | None = None
    evaluate: Written | None = None
    follow_up: Written | None = None
    review: Written | None = None

    def of(self, clock: Clock) -> Duration | None:
        """The time that this clock gives, if it is set."""
        found: Duration | None = getattr(self, clock.value, None)
        return found

    def given(self) -> Iterator[tuple[Clock, Duration]]:
        """The clocks that are set."""
        for clock in Clock:
            if (duration := self.of(clock)) is not None:
                yield clock, duration

    def but(self, other: Clocks) -> Clocks:
        """These, with those that the other sets in their place."""
        return self.model_copy(update={clock.value: found for clock, found in other.given()})


class Starts(Value):
    """What the clocks count from whose start rules differ about."""

    contact: Start = Start.ASSIGNED
    plan: Start = Start.CLAIMED
    answer: Start = Start.ASSIGNED
    resolve: Start = Start.ASSIGNED


class Special(Value):
    """Other times for some demands: those of any of these categories and any of these urgencies."""

    categories: tuple[ShortText, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    clocks: Clocks

    def fits(self, category: str, urgency: Urgency) -> bool:
        """Whether it applies; no categories, or no urgencies, means all."""
        return (not self.categories or category in self.categories) and (
            not self.urgencies or urgency in self.urgencies
        )


class Recipient(StrEnum):
    """To whom, seen from the demand."""

    UNIT = "unit"
    SQUAD = "squad"
    HANDLER = "handler"
    UNIT_LEADER = "unit_leader"  # the responsible leader named with the claim (分管领导)
    CO_HANDLER = "co_handler"
    SECRETARY_UNIT = "secretary_unit"
    CHAIN_LEADER = "chain_leader"
    COMMITTEE = "committee"  # the park committee
    SUPERVISION = "supervision"  # the supervision office (督查室)
    BUREAU = "bureau"
    ENTERPRISE = "enterprise"


class Reminder(Value):
    """A word before time is up; nobody named means who must act.

    No clocks named means every clock but `NOT_CHASED` (`Rules.applies_to`). Where a clock gives
    less time than `before`, as a special may, there is no reminder (`office_time.remind_at`).
    """

    clocks: tuple[Clock, ...] = ()
    before: Written
    to: tuple[Recipient, ...] = ()


class Step(StrEnum):
    """What is done about a demand that is late, from mild to hard."""

    CHASE = "chase"  # 催办
    SUPERVISE = "supervise"  # 督办, with a numbered slip
    ESCALATE = "escalate"  # 升级: a leader is to instruct
    CRITICISE = "criticise"  # 书面通报批评


class Rung(Value):
    """A step of the ladder: so long after the due instant (not given: at it).

    No clocks named means every clock but `NOT_CHASED` (`Rules.applies_to`). One with `every` is
    climbed again and again after that, until what is late has been done.
    """

    clocks: tuple[Clock, ...] = ()
    after: Written | None = None
    every: Written | None = None
    step: Step
    to: tuple[Recipient, ...] = Field(min_length=1)
    copy_to: tuple[Recipient, ...] = ()


class Returns(Value):
    """退回, 异议: within this time of the assignment; the nth of a demand convenes the bureau."""

    within: Written | None = None
    adjudicate_at: int = Field(default=2, ge=1, le=9)


class Extensions(Value):
    """延期: how often, how long before the deadline, and never beyond `longest` from the start."""

    at_most: Often = 1
    ask_before: Written | None = None
    longest: Written | None = None


class Pauses(Value):
    """挂起: how often, and for how long at once."""

    at_most: Often = 3
    longest: Written | None = None


class Handling(StrEnum):
    """In which way a demand may be handled."""

    SOLE = "sole"  # 单独办理
    SEPARATE = "separate"  # 分别办理: each unit its own part
    JOINT = "joint"  # 会同办理: a lead unit with co-handling units


class Evaluation(Value):
    """评价, 回访, 重办. Silence counts as `silent_score`; `follow_up` percent are revisited.

    An evaluation of `dissatisfied_at_most` stars or fewer reopens, at most to round `rounds`.
    """

    dissatisfied_at_most: int = Field(default=2, ge=0, le=4)
    silent_score: int = Field(default=5, ge=1, le=5)
    rounds: int = Field(default=3, ge=1, le=99)
    follow_up: int = Field(default=0, ge=0, le=100)


class Messages(Value):
    """When people may be disturbed: on working days within `hours`, or whenever it is urgent.

    No hours means at any time, on any day. Several messages for one person become one digest.
    """

    hours: tuple[OfficeHours, ...] = ()
    any_time_for: tuple[Urgency, ...] = ()
    digest: bool = True
    tries: int = Field(default=5, ge=1, le=99)


class Office(Value):
    """`never_closes` puts the park's calendar aside, for demonstrations."""

    never_closes: bool = False


class Rules(Value):
    """A rule set. `source` names the published rule, `notes` what it does not say itself."""

    format: Literal[2]
    name: Plain
    title: ShortText
    version: Plain
    source: Text
    notes: Text | None = None
    office: Office = Office()
    clocks: Clocks
    starts: Starts = Starts()
    special: tuple[Special, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    ladder: tuple[Rung, ...] = ()
    returns: Returns = Returns()
    extensions: Extensions = Extensions()
    pauses: Pauses = Pauses()
    handling: tuple[Handling, ...] = Field(default=tuple(Handling), min_length=1)
    evaluation: Evaluation = Evaluation()
    messages: Messages = Messages()

    def clocks_for(self, category: str, urgency: Urgency) -> Clocks:
        """The times for a demand; of several specials that fit, the later one prevails."""
        clocks = self.clocks
        for special in self.special:
            if special.fits(category, urgency):
                clocks = clocks.but(special.clocks)
        return clocks

    @staticmethod
    def applies_to(clocks: tuple[Clock, ...], clock: Clock) -> bool:
        """Whether a reminder or rung with these clocks is meant for that clock."""
        return clock in clocks if clocks else clock not in NOT_CHASED

    def sets(self, clock: Clock) -> bool:
        """Whether some demand has that clock; the end of a pause is named with each pause."""
        tables = (self.clocks, *(special.clocks for special in self.special))
        return clock is Clock.PAUSE or any(table.of(clock) for table in tables)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if missing := [clock.value for clock in NEEDED if self.clocks.of(clock) is None]:
            raise Fault("rules.clock_missing", ("clocks",), clock=", ".join(missing))
        for at, special in enumerate(self.special):
            _check_special(special, at)
        for at, reminder in enumerate(self.reminders):
            self._check_named(reminder.clocks, ("reminders", at, "clocks"))
            _check_reminder(reminder, self.clocks, at)
        for at, rung in enumerate(self.ladder):
            self._check_named(rung.clocks, ("ladder", at, "clocks"))
        _check_ladder(self.ladder)
        _check_longest(self.clocks.resolve, self.extensions.longest)
        if self.starts.resolve is Start.PLANNED and self.clocks.plan is None:
            raise Fault("rules.plan_needed", ("clocks",))
        if self.starts.plan is Start.PLANNED:
            raise Fault("rules.plan_from_plan", ("starts", "plan"))
        if self.evaluation.follow_up and self.clocks.follow_up is None:
            raise Fault("rules.follow_up_needed", ("clocks",))
        return self

    def _check_named(self, clocks: tuple[Clock, ...], where: tuple[str | int, ...]) -> None:
        for clock in clocks:
            if not self.sets(clock):
                raise Fault("rules.clock_unset", where, clock=clock.value)


def _check_special(special: Special, at: int) -> None:
    if not special.categories and not special.urgencies:
        raise Fault("rules.special_for_nobody", ("special", at))
    if not any(special.clocks.given()):
        raise Fault("rules.special_without_clocks", ("special", at, "clocks"))


def _check_reminder(reminder: Reminder, clocks: Clocks, at: int) -> None:
    for clock in reminder.clocks:
        whole = clocks.of(clock)
        if whole and _same_measure(reminder.before, whole) and reminder.before.count >= whole.count:
            facts = {"before": str(reminder.before), "clock": clock.value, "within": str(whole)}
            raise Fault("rules.reminder_too_early", ("reminders", at, "before"), **facts)


def _check_ladder(ladder: tuple[Rung, ...]) -> None:
    """The rungs of the same clocks go up in time, as far as their measures can be compared."""
    last: dict[tuple[Clock, ...], Duration] = {}
    for at, rung in enumerate(ladder):
        before = last.get(rung.clocks)
        if before is not None and (
            rung.after is None
            or (_same_measure(rung.after, before) and rung.after.count <= before.count)
        ):
            raise Fault("rules.ladder_backward", ("ladder", at), before=str(before))
        if rung.after is not None:
            last[rung.clocks] = rung.after


def _check_longest(resolve: Duration | None, longest: Duration | None) -> None:
    if resolve and longest and _same_measure(resolve, longest) and longest.count < resolve.count:
        facts = {"longest": str(longest), "within": str(resolve)}
        raise Fault("rules.longest_too_short", ("extensions", "longest"), **facts)


def _same_measure(one: Duration, other: Duration) -> bool:
    return one.measure is other.measure
