"""What a clock has to do for one deadline, and when: reminders, the due instant, the ladder.

Reckoned whenever a deadline is set or moved, and kept with it in the event: so the instants are
facts of the demand's history, and the workflow has only to sleep until the next of them.

The ladder works in office hours, closing time included: what would be climbed on a rest day or
before the office opens is climbed when it opens, and what falls into a pause when that ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.calendar import PARK_TIME, Calendar, beginning_of_day
from domain.clock import deadline
from domain.deadline import Pause
from domain.duration import Duration, Measure
from domain.office_time import opening, remind_at, when_it_goes_on
from domain.rules import Rules
from domain.running import Appointment, Doing, Running

ELAPSED = (Measure.SECONDS, Measure.MINUTES, Measure.HOURS)


def agenda_of(
    running: Running,
    rules: Rules,
    calendar: Calendar,
    pauses: Iterable[Pause],
    at: datetime,
    rungs: Collection[int] | None = None,
) -> tuple[Appointment, ...]:
    """What is still to be done for a deadline as of `at`, in order.

    `rungs` are the numbers of the rungs still to climb where it is overdue already; None: all. What
    another calendar would have had climbed by now is climbed now.
    """
    held = tuple(pauses)
    found = list(_ladder(running, rules, calendar, held, at, rungs))
    if rungs is not None:
        now = _in_working_time(at, calendar, held)
        found = [rung.model_copy(update={"at": max(rung.at, now)}) for rung in found]
    if running.overdue_since is None:
        found += _reminders(running, rules, calendar, held, at)
        found.append(Appointment(at=running.due, doing=Doing.FALL_DUE))
    return _in_order(found)


def _reminders(
    running: Running, rules: Rules, calendar: Calendar, pauses: tuple[Pause, ...], at: datetime
) -> Iterable[Appointment]:
    """Those that are to come; one that waited for the end of a pause may come at once."""
    waiting = {a.number for a in running.agenda if a.doing is Doing.REMIND}
    for number, reminder in enumerate(rules.reminders):
        if rules.applies_to(reminder.clocks, running.clock):
            when = remind_at(running.due, reminder.before, running.start, calendar, pauses)
            waited = number in waiting and when == at
            if when is not None and (when > at or waited):
                yield Appointment(at=when, doing=Doing.REMIND, number=number)


def _ladder(
    running: Running,
    rules: Rules,
    calendar: Calendar,
    pauses: tuple[Pause, ...],
    at: datetime,
    rungs: Collection[int] | None,
) -> Iterable[Appointment]:
    for number, rung in enumerate(rules.ladder):
        if rules.applies_to(rung.clocks, running.clock) and (rungs is None or number in rungs):
            when = rung_at(running.due, rung.after, calendar, pauses)
            if rung.every is not None and rungs is not None:
                when = _next_climb(when, rung.every, calendar, pauses, at)
            yield Appointment(at=when, doing=Doing.CLIMB, number=number)


def climbed_again(
    running: Running, done: Appointment, every: Duration, calendar: Calendar, now: datetime
) -> Running:
    """The clock with the appointment kept and its repetition put down: the next one after now.

    Those that a system which was down has missed meanwhile are not made up for.
    """
    pauses = tuple(pause for leg in running.legs for pause in leg.pauses)
    after = rung_at(done.at, every, calendar, pauses)
    again = Appointment(
        at=_next_climb(after, every, calendar, pauses, now), doing=done.doing, number=done.number
    )
    left = running.agenda[running.agenda.index(done) + 1 :]
    return running.model_copy(update={"agenda": _in_order((*left, again))})


def _next_climb(
    when: datetime, every: Duration, calendar: Calendar, pauses: tuple[Pause, ...], now: datetime
) -> datetime:
    if when <= now and every.measure in ELAPSED:  # of seconds there may be many
        when += (now - when) // every.length * every.length
    while when <= now:
        when = rung_at(when, every, calendar, pauses)
    return when


def _in_order(appointments: Iterable[Appointment]) -> tuple[Appointment, ...]:
    order = list(Doing)
    return tuple(sorted(appointments, key=lambda a: (a.at, order.index(a.doing), a.number)))


def rung_at(
    due: datetime, after: Duration | None, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> datetime:
    """When a rung `after` a due instant is climbed; None means at it.

    Of a day the ladder means its opening: a chaser one working day after comes the next morning.
    """
    held = tuple(pauses)
    when = due
    if after is not None:
        found = deadline(due, after, calendar, held)
        assert found.due is not None, "every pause has an end"
        when = found.due
        if found.day is not None and after.measure in (Measure.DAYS, Measure.WORKING_DAYS):
            when = opening(beginning_of_day(found.day), calendar)
    return _in_working_time(max(when, due), calendar, held)


def _in_working_time(when: datetime, calendar: Calendar, pauses: tuple[Pause, ...]) -> datetime:
    """The first instant from this one on in office hours and in no pause."""
    while (later := _in_office_time(when_it_goes_on(when, pauses), calendar)) != when:
        when = later
    return when


def _in_office_time(when: datetime, calendar: Calendar) -> datetime:
    spans = calendar.almanac.office(when.astimezone(PARK_TIME).date())
    if any(opens <= when <= closes for opens, closes in spans):
        return when
    return opening(when, calendar)
