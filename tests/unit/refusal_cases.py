"""What is refused since there are deadlines: the cases of `test_domain_refusals` under rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from domain import commands as c
from domain.refusal import RefusalCode as Code
from tests.unit import deadline_world as d
from tests.unit import domain_world as w


class Case(NamedTuple):
    """A demand, what is asked of it, and the refusal with its facts."""

    story: Callable[[], w.Story]
    command: c.Command
    code: Code
    facts: dict[str, str]


def extension_pending() -> d.Life:
    return d.in_progress().do(d.asked())


def ruled() -> d.Life:
    return d.adjudicating().do(d.ruling())


def instructed() -> d.Life:
    return d.in_progress().do(c.Instruct(by=w.CHAIN_LEADER, text="请抓紧办理"))


def responded() -> d.Life:
    return instructed().do(c.Respond(by=w.HANDLER, instruction=1, text="已安排"))


def paused_twice() -> d.Life:
    """As often as these rules allow."""
    pause = c.Pause(by=w.HANDLER, reason="等材料", until=d.park("03-12 09:00"))
    resume = c.Resume(by=w.HANDLER)
    return d.in_progress().do(pause, resume, pause, resume)


def granted_twice() -> d.Life:
    grant = c.GrantExtension(by=w.CLERK)
    return d.in_progress().do(d.asked("1wd"), grant, d.asked("1wd"), grant)


def resolves_from_the_plan() -> d.Life:
    """Claimed, under rules whose `resolve` counts from the plan."""
    return d.claimed(d.rules(starts={"resolve": "planned"}))


def accepted() -> d.Life:
    return d.helped().do(c.AcceptCoHandling(by=w.NEIGHBOUR))


def finished() -> d.Life:
    return d.helped().do(c.FinishCoHandling(by=w.NEIGHBOUR, text="已停电"))


def at_the_end_of_time() -> d.Life:
    """The last year in which an instant can be written."""
    life = d.Life()
    life.at = datetime(9998, 12, 20, 1, 0, tzinfo=UTC)
    return life.listed()


def pause(until: str) -> c.Pause:
    return c.Pause(by=w.HANDLER, reason="x", until=d.park(until))


WORKING = "assigned,claimed,in_progress"
GRANT = c.GrantExtension(by=w.CLERK)
HELP = c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="x")
OFFICE_OPEN_ALWAYS = d.rules(office={"never_closes": True})

WITHOUT_DEADLINES: list[c.Command] = [
    c.ContactEnterprise(by=w.HANDLER, note="x"),
    d.asked(),
    GRANT,
    c.RefuseExtension(by=w.CLERK, reason="x"),
    HELP,
    c.Instruct(by=w.CHAIN_LEADER, text="x"),
    c.Respond(by=w.HANDLER, instruction=1, text="x"),
    c.Supervise(by=w.CLERK, reason="x"),
    d.ruling(),
    c.FollowUp(by=w.CLERK, text="x", satisfied=True),
    d.adopted(),
]
"""What there is no such thing as in format 1."""

CASES = [
    *[Case(w.claimed, command, Code.NO_DEADLINES, {}) for command in WITHOUT_DEADLINES],
    Case(w.Story, w.listing(policy=d.rules()), Code.CALENDAR_MISSING, {}),
    Case(
        lambda: d.assigned().until("03-06 17:31"),
        d.returning(),
        Code.RETURN_TOO_LATE,
        {"until": "2026-03-06 17:30"},
    ),
    Case(ruled, d.returning(w.NEIGHBOUR), Code.RETURN_BARRED, {}),
    Case(d.adjudicating, w.assignment(), Code.ADJUDICATION_PENDING, {}),
    Case(d.adjudicating, w.assignment(by=w.SECRETARY), Code.ADJUDICATION_PENDING, {}),
    Case(lambda: d.Life().listed(), d.ruling(), Code.NO_ADJUDICATION, {}),
    Case(d.assigned, d.ruling(), Code.WRONG_STATUS, {"status": "assigned", "allowed": "listed"}),
    Case(paused_twice, pause("03-12 09:00"), Code.PAUSES_EXHAUSTED, {"at_most": "2"}),
    # 30 calendar days from the 5th: 4 April is a Saturday, and a limit isn't put off.
    Case(d.in_progress, pause("04-05 00:01"), Code.PAUSE_TOO_LONG, {"until": "2026-04-04 24:00"}),
    Case(
        lambda: d.in_progress(d.rules(pauses={"at_most": 1})),
        c.Pause(by=w.HANDLER, reason="x", until=d.OPENING + timedelta(days=2000)),
        Code.PAUSE_TOO_LONG,
        {"until": "2031-03-09 09:30"},
    ),
    # 90 days after the 5th is Wednesday, 3 June.
    Case(d.in_progress, w.put_off(date(2026, 6, 4)), Code.REVIEW_TOO_LATE, {"until": "2026-06-03"}),
    Case(extension_pending, d.asked(), Code.EXTENSION_PENDING, {}),
    Case(d.in_progress, GRANT, Code.NO_EXTENSION_PENDING, {}),
    Case(d.in_progress, c.RefuseExtension(by=w.CLERK, reason="x"), Code.NO_EXTENSION_PENDING, {}),
    Case(granted_twice, d.asked(), Code.EXTENSIONS_EXHAUSTED, {"at_most": "2"}),
    # 10 working days from the 5th: the 14th is worked, the 16th is not, so Thursday the 19th.
    Case(
        lambda: d.in_progress().until("03-19 00:00"),
        d.asked(),
        Code.EXTENSION_TOO_LATE,
        {"due": "2026-03-19 17:30", "before": "1wd"},
    ),
    Case(
        lambda: d.in_progress(d.rules(extensions={})).until("03-19 17:31"),
        d.asked(),
        Code.EXTENSION_TOO_LATE,
        {"due": "2026-03-19 17:30", "before": ""},
    ),
    Case(
        d.in_progress,
        d.asked("11wd"),
        Code.EXTENSION_TOO_LONG,
        {"until": "2026-04-02 17:30", "longest": "20wd"},
    ),
    Case(lambda: d.paused(), d.asked(), Code.PAUSED, {"reason": "等材料"}),
    Case(d.resolved, d.asked(), Code.WRONG_STATUS, {"status": "resolved", "allowed": WORKING}),
    Case(
        resolves_from_the_plan,
        d.asked(),
        Code.WRONG_STATUS,
        {"status": "claimed", "allowed": "in_progress"},
    ),
    Case(
        d.in_progress,
        HELP.model_copy(update={"unit": w.HOUSING}),
        Code.CO_HANDLER_IS_LEAD,
        {"unit": "住建局"},
    ),
    Case(d.helped, HELP, Code.CO_HANDLING_OPEN, {"unit": "供电局"}),
    Case(
        accepted,
        c.AcceptCoHandling(by=w.NEIGHBOUR),
        Code.CO_HANDLING_ACCEPTED,
        {"unit": "供电局"},
    ),
    Case(
        finished,
        c.FinishCoHandling(by=w.NEIGHBOUR, text="x"),
        Code.NOT_AUTHORIZED,
        {"account": "neighbour", "role": "unit", "act": "finish_co_handling"},
    ),
    Case(
        instructed,
        c.Respond(by=w.HANDLER, instruction=2, text="x"),
        Code.UNKNOWN_INSTRUCTION,
        {"instruction": "2"},
    ),
    Case(
        responded,
        c.Respond(by=w.HANDLER, instruction=1, text="x"),
        Code.INSTRUCTION_ANSWERED,
        {"instruction": "1"},
    ),
    Case(
        d.resolved,
        c.Instruct(by=w.PARK_LEADER, text="x"),
        Code.WRONG_STATUS,
        {"status": "resolved", "allowed": f"listed,{WORKING}"},
    ),
    Case(
        d.resolved,
        c.ContactEnterprise(by=w.HANDLER, note="x"),
        Code.WRONG_STATUS,
        {"status": "resolved", "allowed": WORKING},
    ),
    Case(d.resolved, c.FollowUp(by=w.CLERK, text="x", satisfied=True), Code.NO_FOLLOW_UP, {}),
    Case(d.in_progress, d.adopted("park-1"), Code.CALENDAR_ADOPTED, {"calendar": "park-1"}),
    Case(
        lambda: d.assigned(OFFICE_OPEN_ALWAYS),
        d.adopted(),
        Code.CALENDAR_ADOPTED,
        {"calendar": "never-closes"},
    ),
    Case(at_the_end_of_time, w.assignment(), Code.DEADLINE_TOO_FAR, {}),
]
