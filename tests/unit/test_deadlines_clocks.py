"""Which clocks each act starts, meets, drops and moves, and when they are due.

The 5th of March is a Thursday; the working days after it are the 6th, the 9th to the 13th, the
14th (a Saturday, worked), not the 16th, and again from the 17th on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pydantic import ValidationError

from domain import commands as c
from domain.rules import Clock
from domain.running import Fate
from domain.timekeeping import earliest, next_due
from domain.values import Outcome, Squad, Unit, Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w


def listed() -> d.Life:
    return d.Life().listed()


def deferred() -> d.Life:
    return d.in_progress().do(w.put_off(date(2026, 5, 29)))


def instructed() -> d.Life:
    return d.in_progress().do(c.Instruct(by=w.CHAIN_LEADER, text="请抓紧办理"))


def pending() -> d.Life:
    return d.in_progress().do(d.asked("3wd"))


def to_evaluate(score: int) -> c.Evaluate:
    return c.Evaluate(by=w.OWNER, score=score)


def talk(answers: bool) -> c.ContactEnterprise:
    return c.ContactEnterprise(by=w.MEMBER, note="已上门", answers=answers)


UNITS = "contact answer resolve"
WHAT_HAPPENS: list[tuple[Callable[[], d.Life], c.Command, dict[str, str]]] = [
    (listed, w.assignment(), {"met": "assign", "started": f"claim {UNITS}"}),
    (listed, c.Reject(by=w.CLERK, reason="x"), {"dropped": "assign"}),
    (listed, c.Amend(by=w.CLERK, remark="急"), {}),
    (d.assigned, w.claim(), {"met": "claim", "started": "plan"}),
    (d.assigned, talk(answers=False), {"met": "contact"}),
    (d.assigned, talk(answers=True), {"met": "contact answer"}),
    (d.assigned, d.returning(), {"dropped": f"claim {UNITS}", "started": "assign"}),
    (
        d.assigned,
        c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"),
        {"dropped": f"claim {UNITS}", "started": f"claim {UNITS}"},
    ),
    (d.claimed, w.plan("勘察"), {"met": "plan", "started": "progress"}),
    (
        d.claimed,
        c.Reassign(by=w.CLERK, unit=w.HOUSING, reason="换队"),
        {"dropped": f"{UNITS} plan", "started": f"claim {UNITS}"},
    ),
    (d.in_progress, w.plan("施工"), {}),
    (
        d.in_progress,
        c.ReportProgress(by=w.MEMBER, text="x"),
        {"met": "progress", "started": "progress"},
    ),
    (
        d.in_progress,
        c.CompleteMilestone(by=w.MEMBER, milestone=1),
        {"met": "progress", "started": "progress"},
    ),
    (d.in_progress, c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()), {}),
    (d.in_progress, c.Supervise(by=w.CLERK, reason="x"), {}),
    (
        d.in_progress,
        c.Pause(by=w.HANDLER, reason="x", until=d.park("03-09 09:00")),
        {"moved": f"{UNITS} progress", "started": "pause"},
    ),
    (d.paused, c.Resume(by=w.HANDLER), {"met": "pause", "moved": f"{UNITS} progress"}),
    (d.in_progress, d.asked("3wd"), {"started": "decide"}),
    (pending, c.GrantExtension(by=w.CLERK), {"met": "decide", "moved": "resolve"}),
    (pending, c.RefuseExtension(by=w.CLERK, reason="x"), {"met": "decide"}),
    (
        pending,
        w.resolution(Outcome.EXPLAINED),
        {"met": "resolve", "dropped": "contact answer progress decide", "started": "evaluate"},
    ),
    (
        d.in_progress,
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="x"),
        {"started": "co_handle"},
    ),
    (d.helped, c.AcceptCoHandling(by=w.NEIGHBOUR), {}),
    (d.helped, c.ReportCoHandling(by=w.NEIGHBOUR, text="x"), {}),
    (d.helped, c.FinishCoHandling(by=w.NEIGHBOUR, text="x"), {"met": "co_handle"}),
    (
        d.helped,
        c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"),
        {"dropped": f"{UNITS} progress co_handle", "started": f"claim {UNITS}"},
    ),
    (d.in_progress, c.Instruct(by=w.PARK_LEADER, text="x"), {"started": "instruct"}),
    (instructed, c.Respond(by=w.HANDLER, instruction=1, text="x"), {"met": "instruct"}),
    (
        instructed,
        w.resolution(Outcome.EXPLAINED),
        {
            "met": "resolve instruct",
            "dropped": "contact answer progress",
            "started": "evaluate",
        },
    ),
    (
        d.in_progress,
        w.put_off(date(2026, 5, 29)),
        {"met": "resolve", "dropped": "contact answer progress", "started": "evaluate review"},
    ),
    (d.resolved, to_evaluate(5), {"met": "evaluate"}),
    (d.resolved, to_evaluate(1), {"met": "evaluate", "started": "plan resolve"}),
    (deferred, to_evaluate(5), {"met": "evaluate"}),
    (
        deferred,
        to_evaluate(1),
        {"met": "evaluate", "dropped": "review", "started": "plan resolve"},
    ),
    (
        deferred,
        w.plan("施工"),
        {"met": "review", "dropped": "evaluate", "started": "progress resolve"},
    ),
    (
        deferred,
        w.put_off(date(2026, 5, 28)),
        {"met": "review", "dropped": "evaluate", "started": "evaluate review"},
    ),
    (
        deferred,
        w.resolution(Outcome.EXPLAINED),
        {"met": "review", "dropped": "evaluate", "started": "evaluate"},
    ),
    (d.adjudicating, d.ruling(), {"met": "decide", "started": f"claim {UNITS}"}),
    (
        d.in_progress,
        c.Withdraw(by=w.OWNER, reason="x"),
        {"dropped": f"{UNITS} progress"},
    ),
]


@pytest.mark.parametrize(
    ("life", "command", "expected"),
    WHAT_HAPPENS,
    ids=[f"{life.__name__}-{command.kind}" for life, command, _ in WHAT_HAPPENS],
)
def test_what_an_act_does_to_the_clocks(
    life: Callable[[], d.Life], command: c.Command, expected: dict[str, str]
) -> None:
    told = life()
    before = len(told.events)
    told.do(command)
    found: dict[str, list[str]] = {}
    for event in told.events[before:]:
        for change in event.clocks:
            found.setdefault(change.fate.value, []).append(change.running.clock.value)
    assert {fate: sorted(names) for fate, names in found.items()} == {
        fate: sorted(names.split()) for fate, names in expected.items()
    }


def test_a_clock_that_was_stopped_says_how_it_stood() -> None:
    life = d.assigned().on("03-09 09:00", w.claim())
    (met,) = [change for change in life.events[-1].clocks if change.fate is Fate.MET]
    assert d.said(met.running.due) == "03-06 17:30"
    assert met.running.overdue_since == met.running.due, "it was claimed late"


def test_the_deadlines_of_an_ordinary_life() -> None:
    life = d.Life().listed()
    assert life.dues() == {"assign": "03-06 17:30"}
    life.do(w.assignment())
    assert life.dues() == {
        "claim": "03-06 17:30",
        "contact": "03-05 10:10",
        "answer": "03-09 17:30",
        "resolve": "03-19 17:30",
    }
    life.do(talk(answers=True), w.claim())
    assert life.dues() == {"resolve": "03-19 17:30", "plan": "03-10 17:30"}
    life.on("03-09 10:00", w.plan("勘察"))
    assert life.dues() == {"resolve": "03-19 17:30", "progress": "03-14 17:30"}
    life.on("03-11 10:00", c.CompleteMilestone(by=w.MEMBER, milestone=1))
    assert life.dues() == {"resolve": "03-19 17:30", "progress": "03-18 17:30"}
    life.on("03-12 10:00", w.resolution())
    assert life.dues() == {"evaluate": "03-19 17:30"}
    assert life.do(to_evaluate(5)).dues() == {}
    assert not life.state.overdue
    assert life.by_the_clock() == [], "nobody was late, and nobody had to be reminded"


@pytest.mark.parametrize(("unit", "squad"), [(w.POWER, None), (w.HOUSING, w.RESERVES)])
def test_a_reassignment_starts_afresh_from_its_own_instant(unit: Unit, squad: Squad | None) -> None:
    life = d.in_progress().do(
        d.asked("3wd"), c.GrantExtension(by=w.CLERK), c.Instruct(by=w.CHAIN_LEADER, text="x")
    )
    life.do(c.Pause(by=w.HANDLER, reason="x", until=d.park("03-18 09:00")))
    life.on("03-17 10:00", c.Reassign(by=w.CLERK, unit=unit, squad=squad, reason="x"))
    assert life.dues() == {
        "claim": "03-18 17:30",
        "contact": "03-17 11:00",
        "answer": "03-19 17:30",
        "resolve": "03-31 17:30",
    }
    state = life.state
    assert (state.pauses, state.extension, state.extensions) == ((), None, 0)
    assert not state.overdue


def test_a_return_gives_the_bureau_its_time_again() -> None:
    life = d.assigned().on("03-06 11:00", d.returning())
    assert life.dues() == {"assign": "03-09 17:30"}


def test_reopening_starts_afresh_with_the_same_unit() -> None:
    life = d.in_progress().do(d.asked("3wd"), c.GrantExtension(by=w.CLERK))
    life.do(c.Pause(by=w.HANDLER, reason="x", until=d.park("03-05 16:00")), c.Resume(by=w.HANDLER))
    life.do(w.resolution(Outcome.EXPLAINED))
    life.on("03-10 10:00", to_evaluate(1))
    assert life.dues() == {"plan": "03-13 17:30", "resolve": "03-24 17:30"}
    state = life.state
    assert (state.round, state.pauses, state.extensions) == (2, (), 0)
    life.do(w.plan("返工"))
    assert life.dues() == {"resolve": "03-24 17:30", "progress": "03-17 17:30"}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("listed", ["03-12", "03-12", "03-12", "03-12"]),
        ("assigned", [None, "03-13", "03-13", "03-13"]),
        ("claimed", [None, None, "03-14", "03-14"]),
        ("planned", [None, None, None, "03-17"]),
    ],
)
def test_the_policy_says_from_where_a_clock_counts(start: str, expected: list[str | None]) -> None:
    """5 working days from the listing (5th), the assignment (6th), the claim, or the plan."""
    policy = d.rules(
        starts={"resolve": start}, clocks=d.clocks(resolve="5wd", contact=None, answer=None)
    )
    life = d.Life(policy).listed()
    found = []
    for when, command in (
        ("03-05 10:00", None),
        ("03-06 10:00", w.assignment()),
        ("03-09 10:00", w.claim()),
        ("03-10 10:00", w.plan()),
    ):
        if command is not None:
            life.on(when, command)
        running = life.state.clock(Clock.RESOLVE)
        found.append(d.said(running.due)[:5] if running else None)
    assert found == expected
    if start == "planned":
        life.do(w.resolution(), to_evaluate(1))
        assert life.dues() == {"plan": "03-13 17:30"}, "it counts from the plan again"


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ({"starts": {"plan": "planned"}}, "plan_from_plan"),
        (
            {
                "starts": {"resolve": "planned"},
                "clocks": d.clocks(plan=None),
                "reminders": [],
            },
            "plan_needed",
        ),
    ],
)
def test_rules_under_which_a_claimed_demand_could_wait_for_ever_are_refused(
    sections: dict[str, object], fault: str
) -> None:
    with pytest.raises(ValidationError, match=f"rules.{fault}"):
        d.rules(**sections)


def test_a_listing_start_is_renewed_where_nobody_had_the_demand() -> None:
    policy = d.rules(starts={"resolve": "listed"}, returns={"adjudicate_at": 1})
    life = d.assigned(policy).on("03-10 10:00", d.returning())
    assert life.dues() == {"decide:adjudication": "03-11 17:30"}
    life.on("03-11 10:00", d.ruling())
    assert life.due(Clock.RESOLVE) == "03-25 17:30"


def test_special_times_for_the_urgent_and_for_a_category() -> None:
    policy = d.rules(
        special=[
            {"urgencies": ["major"], "clocks": {"claim": "2wh", "resolve": "5wd"}},
            {"categories": ["用电"], "clocks": {"resolve": "3wd"}},
        ]
    )
    life = d.Life(policy).listed(urgency=Urgency.MAJOR, category="用工").do(w.assignment())
    assert (life.due(Clock.CLAIM), life.due(Clock.RESOLVE)) == ("03-05 11:10", "03-12 17:30")
    life = d.Life(policy).listed(urgency=Urgency.MAJOR, category="用电").do(w.assignment())
    assert (life.due(Clock.CLAIM), life.due(Clock.RESOLVE)) == ("03-05 11:10", "03-10 17:30")


def test_each_helper_and_each_instruction_has_its_own_clock() -> None:
    life = d.helped().do(c.Instruct(by=w.CHAIN_LEADER, text="一"))
    life.on(
        "03-06 10:00",
        c.AskCoHandling(by=w.HANDLER, unit=w.CENTRE, request="x"),
        c.Instruct(by=w.PARK_LEADER, text="二"),
    )
    assert life.due(Clock.CO_HANDLE, w.POWER.code) == "03-10 17:30"
    assert life.due(Clock.CO_HANDLE, w.CENTRE.code) == "03-11 17:30"
    assert (life.due(Clock.INSTRUCT, "1"), life.due(Clock.INSTRUCT, "2")) == (
        "03-09 17:30",
        "03-10 17:30",
    )
    life.do(
        c.FinishCoHandling(by=w.NEIGHBOUR, text="x"),
        c.Respond(by=w.CLERK, instruction=1, text="x"),
    )
    running = {key for key in life.dues() if ":" in key}
    assert running == {f"co_handle:{w.CENTRE.code}", "instruct:2"}


def test_the_demand_sleeps_until_the_earliest_of_all() -> None:
    life = d.assigned()
    assert next_due(life.state) == d.park("03-05 10:10")
    first = earliest(life.state)
    assert first is not None
    assert first.clock is Clock.CONTACT
    life.do(talk(answers=True))
    assert next_due(life.state) == d.park("03-06 13:30"), "the reminder of the claim"
    assert d.said(earliest(life.state).due) == "03-06 17:30"  # type: ignore[union-attr]
    assert next_due(d.resolved().do(to_evaluate(5)).state) is None


def test_what_the_enterprise_may_say_comes_after_what_others_must_do() -> None:
    life = deferred()
    first = earliest(life.state)
    assert first is not None
    assert life.dues() == {"evaluate": "03-12 17:30", "review": "05-30 00:00"}
    assert first.clock is Clock.REVIEW
