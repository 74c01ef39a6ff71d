"""Every working minute from the first assignment to the end is charged to whoever held it."""

from __future__ import annotations

from domain import commands as c
from domain.clock import working_minutes
from domain.values import Outcome, Role, Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

HOUSING, POWER, BUREAU, ACME = w.HOUSING.code, w.POWER.code, "BIO", w.ACME.uscc


def minutes(life: d.Life) -> dict[str, int]:
    """The sums, by the code of whoever is charged."""
    return {charge.code: charge.minutes for charge in life.state.custody}


def passed(life: d.Life) -> int:
    """The working minutes between the first assignment and the last event."""
    begin = life.state.assigned_at
    assert begin is not None
    return working_minutes(begin, life.state.changed_at, d.CALENDAR)


def whole_story() -> d.Life:
    """The bureau's day runs from 08:30 to 12:00 and from 13:30 to 17:30: 450 minutes."""
    life = d.in_progress()  # assigned at 09:10, planned at 09:30
    life.on("03-05 14:00", c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="x"))
    life.on("03-06 09:30", c.FinishCoHandling(by=w.NEIGHBOUR, text="x"))
    life.on("03-06 11:00", d.asked("3wd"))
    life.on("03-06 15:00", c.GrantExtension(by=w.CLERK))
    life.on("03-06 16:00", c.Pause(by=w.HANDLER, reason="等材料", until=d.park("03-09 09:30")))
    life.on("03-09 11:30", w.resolution(Outcome.EXPLAINED))
    return life.on("03-09 14:30", c.Evaluate(by=w.OWNER, score=5))


def test_who_held_it_and_for_how_long() -> None:
    life = whole_story()
    assert minutes(life) == {
        HOUSING: 170 + 30 + 90 + 60 + 120,
        POWER: 210 + 60,
        BUREAU: 60 + 90,
        ACME: 90 + 60 + 30 + 60,
    }
    assert sum(minutes(life).values()) == passed(life) == 410 + 450 + 270
    roles = {charge.code: (charge.role, charge.name) for charge in life.state.custody}
    assert roles == {
        HOUSING: (Role.UNIT, "住建局"),
        POWER: (Role.UNIT, "供电局"),
        BUREAU: (Role.BUREAU, "生物医药"),
        ACME: (Role.ENTERPRISE, "某某生物有限公司"),
    }


def test_nothing_is_charged_before_the_assignment_or_after_the_end() -> None:
    life = d.Life().listed().on("03-09 10:00", c.Amend(by=w.CLERK, remark="急"))
    assert minutes(life) == {}
    assert minutes(life.do(c.Reject(by=w.CLERK, reason="x"))) == {}
    life = whole_story()
    closed = minutes(life)
    assert minutes(life.until("04-01 10:00")) == closed


def test_nights_rest_days_and_lunch_cost_nobody_anything() -> None:
    life = d.assigned().on("03-05 17:30", w.claim())
    assert minutes(life) == {HOUSING: 410}
    life.on("03-06 08:30", w.plan())
    assert minutes(life) == {HOUSING: 410}
    life.on("03-07 15:00", c.ReportProgress(by=w.MEMBER, text="周六加班"))
    assert minutes(life) == {HOUSING: 410 + 450}
    life.on("03-09 12:10", c.ReportProgress(by=w.MEMBER, text="午休"))
    assert minutes(life) == {HOUSING: 410 + 450 + 210}


def test_what_the_clock_does_is_an_event_like_any_other() -> None:
    """Each carries the time since the one before, so the sums are right at every moment."""
    life = d.assigned().until("03-30 10:00")
    assert len(life.by_the_clock()) > 10
    assert minutes(life) == {HOUSING: passed(life)}
    charged = sum(charge.minutes for event in life.events for charge in event.charged)
    assert charged == passed(life)


def test_a_return_and_a_ruling_are_the_bureau_s_time() -> None:
    life = d.assigned().on("03-05 10:00", d.returning())
    life.on("03-05 11:00", w.assignment(unit=w.POWER)).on("03-05 11:10", d.returning(w.NEIGHBOUR))
    life.on("03-05 15:00", d.ruling(w.POWER)).on("03-05 15:30", w.claim(by=w.NEIGHBOUR))
    assert minutes(life) == {HOUSING: 50, BUREAU: 60 + 50 + 90, POWER: 10 + 30}


def test_a_reassignment_charges_each_unit_for_its_own_time() -> None:
    life = d.claimed().on("03-05 11:10", c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"))
    life.on("03-05 14:00", c.Reassign(by=w.CLERK, unit=w.HOUSING, reason="x"))
    life.on("03-05 14:10", w.claim())
    assert minutes(life) == {HOUSING: 120 + 10, POWER: 50 + 30}


def test_the_unit_is_charged_from_the_end_of_a_pause_also_where_the_clock_comes_late() -> None:
    in_time = d.paused(until="03-09 09:30").until("03-09 11:30")
    late = d.paused(until="03-09 09:30").jump("03-09 11:30")
    for life in (in_time, late):
        life.now(c.ReportProgress(by=w.MEMBER, text="x"))
    assert minutes(late) == minutes(in_time) == {HOUSING: 30 + 120, ACME: 140 + 240 + 450 + 60}


def test_a_part_that_was_never_finished_ends_with_the_unit_s_word() -> None:
    """The other unit is not charged while the enterprise thinks it over, nor in the next round."""
    life = d.helped().on("03-05 10:40", w.resolution(Outcome.EXPLAINED))
    assert minutes(life) == {HOUSING: 30, POWER: 60}
    assert life.state.co_handlings == ()
    life.on("03-05 11:40", c.Evaluate(by=w.OWNER, score=1))
    life.on("03-05 12:00", w.plan())
    assert minutes(life) == {HOUSING: 30 + 20, POWER: 60, ACME: 60}
    life.now(c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="这一轮再请协助"))


def test_a_revisit_is_the_bureau_s_time_and_a_review_the_unit_s() -> None:
    life = d.resolved(d.rules(evaluation={"follow_up": 100}))
    life.on("03-05 10:00", c.Evaluate(by=w.OWNER, score=5))
    life.on("03-05 11:00", c.FollowUp(by=w.CLERK, text="x", satisfied=True))
    assert minutes(life) == {HOUSING: 40, ACME: 10, BUREAU: 60}


def test_an_office_that_never_closes_charges_every_minute() -> None:
    life = d.assigned(d.rules(office={"never_closes": True})).on("03-07 09:10", w.claim())
    assert minutes(life) == {HOUSING: 2 * 24 * 60}


def test_a_minute_belongs_to_whoever_holds_it_when_it_ends() -> None:
    life = d.assigned()
    for seconds in range(20, 400, 35):
        life.at = d.park("03-05 09:10").replace(minute=10 + seconds // 60, second=seconds % 60)
        urgency = Urgency.URGENT if life.state.urgency is Urgency.GENERAL else Urgency.GENERAL
        life.now(c.Amend(by=w.CLERK, urgency=urgency))
    assert minutes(life) == {HOUSING: passed(life)} == {HOUSING: 6}
