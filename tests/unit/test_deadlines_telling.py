"""Who is told of what, when they may be disturbed, and that nothing is told to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.values import Outcome, Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

UNIT, SQUAD = "unit:U-HOUSING", "squad:S-1"
POWER, OWNER = "U-POWER", f"enterprise:{w.ACME.uscc}"


def listed() -> d.Life:
    return d.Life().listed()


def alone() -> d.Life:
    """Assigned to a unit without a squad."""
    return listed().do(w.assignment(squad=None))


def handed() -> d.Life:
    return d.claimed().do(c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()))


MATERIAL = c.SupplyMaterial(by=w.OWNER, text="补充材料")


def pending() -> d.Life:
    return d.in_progress().do(d.asked("3wd"))


def instructed(by: object = w.CHAIN_LEADER) -> d.Life:
    return d.in_progress().do(c.Instruct.model_validate({"by": by, "text": "x"}))


def by_the_park() -> d.Life:
    return instructed(w.PARK_LEADER)


WHO_IS_TOLD: list[tuple[Callable[[], d.Life], c.Command, list[str]]] = [
    (listed, w.assignment(), [UNIT, SQUAD]),
    (listed, w.assignment(squad=None), [UNIT]),
    (listed, c.Amend(by=w.CLERK, remark="x"), []),
    (listed, c.Reject(by=w.CLERK, reason="x"), [OWNER]),
    (listed, c.Withdraw(by=w.OWNER, reason="x"), ["bureau"]),
    (listed, MATERIAL, ["bureau"]),
    (d.adjudicating, MATERIAL, ["bureau"]),
    (d.assigned, MATERIAL, [UNIT, SQUAD]),
    (alone, MATERIAL, [UNIT]),
    (handed, MATERIAL, [UNIT, "handler:member"]),
    (d.paused, MATERIAL, [UNIT, SQUAD]),
    (d.resolved, MATERIAL, [UNIT, SQUAD]),
    (listed, c.Supervise(by=w.CLERK, reason="x"), ["bureau", "cc secretary_unit:BIO"]),
    (listed, c.Instruct(by=w.CHAIN_LEADER, text="x"), ["bureau"]),
    (listed, c.Amend(by=w.CLERK, urgency=Urgency.URGENT), []),
    (d.assigned, c.Amend(by=w.CLERK, urgency=Urgency.MAJOR), [UNIT]),
    (d.assigned, w.claim(), []),
    (d.assigned, d.returning(), ["bureau"]),
    (
        d.assigned,
        c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"),
        [f"unit:{POWER}", f"cc {UNIT}"],
    ),
    (
        d.assigned,
        c.Reassign(by=w.CLERK, unit=w.HOUSING, squad=w.RESERVES, reason="x"),
        [UNIT, "squad:S-2"],
    ),
    (d.adjudicating, d.ruling(w.POWER), [f"unit:{POWER}"]),
    (d.claimed, c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()), ["handler:member"]),
    (d.claimed, w.plan(), []),
    (d.in_progress, c.ReportProgress(by=w.MEMBER, text="x"), []),
    (d.in_progress, d.asked("3wd"), ["bureau"]),
    (pending, c.GrantExtension(by=w.CLERK), [UNIT]),
    (pending, c.RefuseExtension(by=w.CLERK, reason="x"), [UNIT]),
    (
        d.in_progress,
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="x"),
        [f"co_handler:{POWER}"],
    ),
    (d.helped, c.AcceptCoHandling(by=w.NEIGHBOUR), []),
    (d.helped, c.FinishCoHandling(by=w.NEIGHBOUR, text="x"), [UNIT]),
    (d.helped, w.resolution(Outcome.EXPLAINED), [OWNER, f"cc co_handler:{POWER}"]),
    (d.helped, c.Withdraw(by=w.OWNER, reason="x"), [UNIT, f"cc co_handler:{POWER}"]),
    (
        d.helped,
        c.Reassign(by=w.CLERK, unit=w.CENTRE, reason="x"),
        ["unit:U-CENTRE", f"cc {UNIT}", f"cc co_handler:{POWER}"],
    ),
    (d.in_progress, c.Instruct(by=w.CHAIN_LEADER, text="x"), [UNIT, SQUAD]),
    (instructed, c.Respond(by=w.HANDLER, instruction=1, text="x"), ["chain_leader:BIO"]),
    (by_the_park, c.Respond(by=w.HANDLER, instruction=1, text="x"), ["committee"]),
    (
        d.in_progress,
        c.Supervise(by=w.PARK_LEADER, reason="x"),
        [UNIT, SQUAD, "cc secretary_unit:BIO"],
    ),
    (d.paused, c.Resume(by=w.HANDLER), []),
    (d.in_progress, w.resolution(Outcome.EXPLAINED), [OWNER]),
    (d.resolved, c.Evaluate(by=w.OWNER, score=5), [UNIT]),
    (d.resolved, c.Evaluate(by=w.OWNER, score=1), [UNIT, SQUAD, "cc bureau"]),
    (d.in_progress, d.long_holiday(), [UNIT]),
    (listed, d.long_holiday(), ["bureau"]),
    (d.in_progress, d.adopted(), []),
]


@pytest.mark.parametrize(
    ("life", "command", "told"),
    WHO_IS_TOLD,
    ids=[f"{life.__name__}-{command.kind}" for life, command, _ in WHO_IS_TOLD],
)
def test_who_is_told_of_an_act(
    life: Callable[[], d.Life], command: c.Command, told: list[str]
) -> None:
    assert life().do(command).told() == told


def test_a_convened_adjudication_is_told_to_bureau_and_secretary_unit() -> None:
    life = d.adjudicating()
    assert life.told() == ["bureau", "cc secretary_unit:BIO"]
    assert [one.recipient for one in life.events[-2].tell] == ["bureau"]


# ---- what the clock tells -----------------------------------------------------------------------


def told_by_the_clock(life: d.Life, clock: str) -> dict[str, list[str]]:
    """Whom each of the clock's own events about that clock told."""
    found: dict[str, list[str]] = {}
    for event in life.events:
        if isinstance(event, e.ClockEvent | e.Supervised) and event.clock == clock:
            found[event.kind] = [
                f"{'cc ' if n.copy_to else ''}{n.recipient}{f':{n.code}' if n.code else ''}"
                for n in event.tell
            ]
    return found


LADDER = {
    "escalated": ["secretary_unit:BIO", "chain_leader:BIO"],
    "supervised": ["committee", "cc bureau"],
    "criticised": ["unit_leader:U-HOUSING", "cc supervision"],
}


def test_up_the_ladder_from_unit_and_squad_to_the_committee() -> None:
    life = d.claimed().until("04-10 10:00")
    assert (
        told_by_the_clock(life, "resolve")
        == {
            "reminded": [UNIT, SQUAD],
            "became_overdue": [],  # the chaser of the same instant says it
            "chased": [UNIT, SQUAD],
        }
        | LADDER
    )
    assert told_by_the_clock(life, "plan")["reminded"] == [UNIT], "nobody named: who must act"


def test_where_no_rung_comes_at_once_the_overdue_itself_is_told() -> None:
    policy = d.rules(ladder=[{"after": "1wd", "step": "chase", "to": ["handler"]}])
    life = d.in_progress(policy).until("04-10 10:00")
    assert told_by_the_clock(life, "resolve") == {
        "reminded": [UNIT, SQUAD],
        "became_overdue": [UNIT],
        "chased": ["handler:handler"],
    }
    assert told_by_the_clock(life, "progress")["became_overdue"] == [UNIT, SQUAD]


def test_a_rung_for_somebody_else_leaves_it_to_the_overdue_to_tell_who_must_act() -> None:
    policy = d.rules(ladder=[{"step": "supervise", "to": ["supervision"], "copy_to": ["bureau"]}])
    life = d.in_progress(policy).until("03-20 10:00")
    found = told_by_the_clock(life, "resolve")
    assert (found["became_overdue"], found["supervised"]) == ([UNIT], ["supervision", "cc bureau"])


def test_what_the_bureau_is_late_with_is_told_to_the_bureau() -> None:
    """Neither unit nor squad has the demand: nothing is told to nobody."""
    life = listed().until("03-13 10:00")
    found = told_by_the_clock(life, "assign")
    assert found["chased"] == ["bureau"]
    assert found["escalated"] == ["secretary_unit:BIO", "chain_leader:BIO"]
    assert found["criticised"] == ["cc supervision"]


def test_a_unit_without_a_squad_is_told_alone() -> None:
    life = alone().until("03-06 18:00")
    assert told_by_the_clock(life, "claim")["chased"] == [UNIT]


def test_who_is_late_with_a_part_is_the_other_unit() -> None:
    policy = d.rules(
        reminders=[{"clocks": ["co_handle"], "before": "4wh"}],
        ladder=[{"clocks": ["co_handle"], "step": "chase", "to": ["co_handler"]}],
    )
    life = d.helped(policy).until("03-11 10:00")
    assert told_by_the_clock(life, "co_handle") == {
        "reminded": [f"co_handler:{POWER}"],
        "became_overdue": [],
        "chased": [f"co_handler:{POWER}"],
    }


def test_an_overdue_that_is_withdrawn_is_told_to_those_who_were_late() -> None:
    life = d.in_progress().on("03-18 10:00", d.asked("3wd")).until("03-20 10:00")
    assert life.now(c.GrantExtension(by=w.CLERK)).told() == [UNIT]


def test_a_pause_that_the_clock_ends_is_told_to_those_who_go_on() -> None:
    assert d.paused().until("03-12 09:00").told() == [UNIT, SQUAD]


def test_nobody_is_told_twice_of_one_event() -> None:
    rung = {"step": "chase", "to": ["unit", "bureau"], "copy_to": ["bureau", "unit"]}
    life = d.assigned(d.rules(ladder=[rung])).until("03-06 18:00")
    assert told_by_the_clock(life, "claim")["chased"] == [UNIT, "bureau"]


def test_an_escalation_waits_for_a_leader_until_one_instructs() -> None:
    life = d.claimed().until("03-11 09:00")
    waiting = [(one.clock.value, d.said(one.due)) for one in life.state.escalations]
    assert ("plan", "03-10 17:30") in waiting
    life.do(c.Instruct(by=w.CHAIN_LEADER, text="请抓紧办理"))
    assert life.state.escalations == ()
    assert life.due(d.Clock.INSTRUCT, "1") == "03-13 17:30"


def test_slips_are_numbered_by_hand_and_by_the_clock_alike() -> None:
    life = d.claimed().do(c.Supervise(by=w.CLERK, reason="企业催问")).until("03-18 09:00")
    slips = [(one.slip, one.reason, one.clock) for one in life.state.supervisions]
    assert slips[0] == (1, "企业催问", None)
    assert [slip for slip, _, _ in slips] == list(range(1, len(slips) + 1))
    assert {clock for _, _, clock in slips[1:]} >= {d.Clock.PLAN}


# ---- when people may be disturbed ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "not_before"),
    [
        ("03-05 10:00", "03-05 10:00"),
        ("03-05 12:00", "03-05 14:00"),
        ("03-05 12:30", "03-05 14:00"),
        ("03-05 16:59", "03-05 16:59"),
        ("03-05 17:00", "03-06 09:00"),
        ("03-06 23:00", "03-09 09:00"),
        ("03-08 10:00", "03-09 09:00"),
        ("03-14 10:00", "03-14 10:00"),  # a Saturday that is worked
        ("03-16 10:00", "03-17 09:00"),  # a Monday off
    ],
)
def test_nobody_is_disturbed_at_night_or_on_a_rest_day(when: str, not_before: str) -> None:
    life = listed().on(when, w.assignment())
    assert {d.said(one.not_before) for one in life.events[-1].tell} == {not_before}


def test_what_is_major_is_told_at_any_time() -> None:
    life = d.Life().listed(urgency=Urgency.MAJOR).on("03-07 23:00", w.assignment())
    assert {one.not_before for one in life.events[-1].tell} == {life.at}


def test_no_hours_mean_any_time() -> None:
    life = d.Life(d.rules(messages={})).listed().on("03-07 23:00", w.assignment())
    assert {one.not_before for one in life.events[-1].tell} == {life.at}


def test_what_falls_due_at_closing_is_told_in_the_morning() -> None:
    life = d.assigned().until("03-06 18:00")
    chased = life.events[-1]
    assert (chased.kind, chased.at) == ("chased", d.park("03-06 17:30"))
    assert {d.said(one.not_before) for one in chased.tell} == {"03-09 09:00"}


def test_what_was_missed_is_told_from_when_it_is_noticed() -> None:
    life = d.assigned().jump("03-07 03:00")
    assert {one.at for one in life.events[-3:]} == {life.at}
    assert {d.said(n.not_before) for one in life.events[-3:] for n in one.tell} == {"03-09 09:00"}
    assert life.at - d.park("03-06 17:30") > timedelta(hours=9)
