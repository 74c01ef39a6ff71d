"""Giving back, adjudication, rounds, silence, "not now" and follow-up, and what the clock does."""

from __future__ import annotations

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain import follow_up
from domain.refusal import RefusalCode
from domain.rules import Clock
from domain.state import Holder, holder
from domain.values import Outcome, Right, Role, Status
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

UNHAPPY = c.Evaluate(by=w.OWNER, score=2, comment="没有解决")
HAPPY = c.Evaluate(by=w.OWNER, score=4)


def revisited(**evaluation: int) -> d.Life:
    """Resolved, under rules that have every closure revisited."""
    return d.resolved(d.rules(evaluation={"follow_up": 100} | evaluation))


def follow(satisfied: bool) -> c.FollowUp:
    return c.FollowUp(by=w.CLERK, text="已回访", satisfied=satisfied)


# ---- 退回, 会商 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["03-05 09:20", "03-06 17:30"])
def test_a_return_within_the_time_that_the_policy_gives(when: str) -> None:
    state = d.assigned().on(when, d.returning()).state
    assert (state.status, state.returns, state.adjudicating) == (Status.LISTED, 1, False)


def test_after_that_it_is_refused_but_another_unit_has_its_own_time() -> None:
    life = d.assigned().until("03-09 08:30")
    facts = life.refuse(d.returning(), RefusalCode.RETURN_TOO_LATE)
    assert facts == {"until": "2026-03-06 17:30"}
    life.now(c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"))
    life.on("03-10 17:30", d.returning(w.NEIGHBOUR))
    assert life.state.status is Status.LISTED


def test_without_such_a_rule_a_return_is_never_too_late() -> None:
    life = d.assigned(d.rules(returns={})).on("04-20 10:00", d.returning())
    assert life.state.returns == 1


def test_the_second_return_convenes_an_adjudication_and_only_a_ruling_assigns() -> None:
    life = d.assigned().do(d.returning(), w.assignment(unit=w.POWER), d.returning(w.NEIGHBOUR))
    returned, convened = life.events[-2:]
    assert isinstance(returned, e.Returned)
    assert isinstance(convened, e.AdjudicationConvened)
    assert (convened.cause, convened.round) == ("returns", 1)
    assert (life.state.status, life.state.adjudicating, life.state.returns) == (
        Status.LISTED,
        True,
        2,
    )
    assert life.dues() == {"decide:adjudication": "03-06 17:30"}
    assert holder(life.state) == Holder(role=Role.BUREAU, code="BIO")
    for by in (w.CLERK, w.SECRETARY):
        life.refuse(w.assignment(by=by), RefusalCode.ADJUDICATION_PENDING)
    life.do(d.ruling(w.POWER))
    ruled = life.events[-1]
    assert isinstance(ruled, e.Ruled)
    assert (ruled.category, ruled.unit, ruled.ruling) == ("用电", w.POWER, "由该单位办理")
    assert (life.state.status, life.state.unit, life.state.adjudicating) == (
        Status.ASSIGNED,
        w.POWER,
        False,
    )
    life.refuse(d.returning(w.NEIGHBOUR), RefusalCode.RETURN_BARRED)
    life.refuse(d.ruling(), RefusalCode.WRONG_STATUS)


def test_a_policy_may_convene_at_the_first_return() -> None:
    life = d.assigned(d.rules(returns={"adjudicate_at": 1})).do(d.returning())
    assert life.state.adjudicating


def test_a_ruling_binds_the_unit_it_named_and_no_other() -> None:
    life = d.adjudicating().do(d.ruling(w.POWER))
    life.do(c.Reassign(by=w.CLERK, unit=w.HOUSING, reason="机构改革"), d.returning())
    assert life.state.adjudicating, "a third return, and again the bureau has to rule"


def test_a_demand_that_is_adjudicated_may_still_be_rejected_amended_or_withdrawn() -> None:
    d.adjudicating().do(c.Amend(by=w.CLERK, category="用工"))
    assert d.adjudicating().do(c.Reject(by=w.CLERK, reason="x")).dues() == {}
    assert d.adjudicating().do(c.Withdraw(by=w.OWNER, reason="x")).dues() == {}


def test_a_late_ruling_is_chased_like_everything_else() -> None:
    life = d.adjudicating().until("03-09 09:00")
    assert life.by_the_clock() == [
        ("became_overdue", "decide", "03-06 17:30"),
        ("chased", "decide", "03-06 17:30"),
        ("escalated", "decide", "03-09 08:30"),
    ]


# ---- 轮次 ----------------------------------------------------------------------------------------


def test_rounds_that_are_used_up_take_it_to_the_bureau() -> None:
    life = d.resolved().do(UNHAPPY)
    assert (life.state.status, life.state.round) == (Status.CLAIMED, 2)
    life.do(w.plan(), w.resolution(), UNHAPPY)
    convened = life.events[-1]
    assert isinstance(convened, e.AdjudicationConvened)
    assert (convened.cause, convened.round, convened.right) == ("rounds", 3, Right.ENTERPRISE)
    state = life.state
    assert (state.status, state.unit, state.adjudicating, state.round) == (
        Status.LISTED,
        None,
        True,
        3,
    )
    assert life.dues() == {"decide:adjudication": "03-06 17:30"}
    life.do(d.ruling(w.HOUSING), w.claim(), w.plan(), w.resolution(), UNHAPPY)
    assert (life.state.adjudicating, life.state.round) == (True, 4)


def test_one_round_only() -> None:
    assert d.resolved(d.rules(evaluation={"rounds": 1})).do(UNHAPPY).state.adjudicating


# ---- silence ------------------------------------------------------------------------------------


def test_silence_is_an_evaluation_at_its_due_instant_and_closes() -> None:
    life = d.resolved()
    assert life.due(Clock.EVALUATE) == "03-12 17:30"
    life.until("03-12 17:29")
    assert life.state.status is Status.RESOLVED
    life.until("03-12 17:30")
    evaluated, closed = life.events[-2:]
    assert isinstance(evaluated, e.Evaluated)
    assert (evaluated.score, evaluated.right, evaluated.by.role) == (5, Right.CLOCK, Role.CLOCK)
    assert isinstance(closed, e.Closed)
    assert closed.right is Right.CLOCK
    assert (life.state.status, life.dues()) == (Status.CLOSED, {})
    assert not life.state.overdue, "nobody was late"


def test_silence_may_count_as_dissatisfied() -> None:
    life = d.resolved(d.rules(evaluation={"silent_score": 1, "rounds": 1})).until("03-13 09:00")
    assert [event.kind for event in life.events[-2:]] == ["evaluated", "adjudication_convened"]
    life = d.resolved(d.rules(evaluation={"silent_score": 1})).until("03-12 18:00")
    assert (life.state.status, life.state.round) == (Status.CLAIMED, 2)


def test_silence_on_not_now_leaves_it_open_for_its_review() -> None:
    life = d.in_progress().do(w.put_off(date(2026, 5, 29))).until("03-13 09:00")
    assert life.events[-1].kind == "evaluated"
    assert (life.state.status, life.state.open) == (Status.RESOLVED, True)
    assert life.dues() == {"review": "05-30 00:00"}
    assert holder(life.state) == Holder(role=Role.UNIT, code=w.HOUSING.code)


# ---- 暂不具备条件 ------------------------------------------------------------------------------


def test_the_review_of_not_now_is_the_end_of_the_day_that_was_named() -> None:
    life = d.in_progress().do(w.put_off(date(2026, 3, 20)))
    assert life.due(Clock.REVIEW) == "03-21 00:00"
    life.until("03-25 00:00")
    assert [one for one in life.by_the_clock() if one[1] == "review"] == [
        ("became_overdue", "review", "03-21 00:00"),
        ("chased", "review", "03-23 08:30"),
        ("escalated", "review", "03-23 08:30"),
    ]
    assert life.do(w.resolution(Outcome.EXPLAINED)).dues() == {"evaluate": "04-01 17:30"}


def test_it_may_be_put_off_as_far_as_the_policy_says() -> None:
    life = d.in_progress()
    assert life.refuse(w.put_off(date(2026, 6, 4)), RefusalCode.REVIEW_TOO_LATE) == {
        "until": "2026-06-03"
    }
    life.do(w.put_off(date(2026, 6, 3)))
    assert life.due(Clock.REVIEW) == "06-04 00:00"


# ---- 回访 ----------------------------------------------------------------------------------------


def test_a_content_enterprise_is_asked_again_before_it_is_closed() -> None:
    life = revisited().do(HAPPY)
    assert (life.state.status, life.state.awaits_follow_up) == (Status.RESOLVED, True)
    assert life.dues() == {"follow_up": "03-19 17:30"}
    assert holder(life.state) == Holder(role=Role.BUREAU, code="BIO")
    life.do(follow(satisfied=True))
    assert [event.kind for event in life.events[-2:]] == ["followed_up", "closed"]
    assert life.state.status is Status.CLOSED


def test_what_turns_out_badly_is_taken_up_again() -> None:
    life = revisited(rounds=2).do(HAPPY, follow(satisfied=False))
    assert [event.kind for event in life.events[-2:]] == ["followed_up", "reopened"]
    assert (life.state.round, life.dues()) == (
        2,
        {"plan": "03-10 17:30", "resolve": "03-19 17:30"},
    )
    life.do(w.plan(), w.resolution(), HAPPY, follow(satisfied=False))
    assert life.state.adjudicating


def test_silence_is_asked_about_as_well() -> None:
    life = revisited().until("03-12 18:00")
    assert life.dues() == {"follow_up": "03-26 17:30"}
    life.until("03-27 09:00")
    assert [one for one in life.by_the_clock() if one[1] == "follow_up"] == [
        ("became_overdue", "follow_up", "03-26 17:30"),
        ("chased", "follow_up", "03-26 17:30"),
        ("escalated", "follow_up", "03-27 08:30"),
    ]


def test_nobody_is_asked_again_who_was_not_content_or_whose_turn_will_come() -> None:
    assert revisited().do(UNHAPPY).state.clock(Clock.FOLLOW_UP) is None
    policy = d.rules(evaluation={"follow_up": 100})
    life = d.in_progress(policy).do(w.put_off(date(2026, 5, 29)), HAPPY)
    assert life.dues() == {"review": "05-30 00:00"}
    life.refuse(follow(satisfied=True), RefusalCode.NO_FOLLOW_UP)


def test_the_sample_is_drawn_by_demand_and_round_so_that_anybody_can_check_it() -> None:
    state = d.resolved(d.rules(evaluation={"follow_up": 30})).state
    drawn = {
        f"AN-{number:03}/{turn}": follow_up.wanted(
            state.model_copy(update={"demand": f"AN-{number:03}", "round": turn})
        )
        for number in range(500)
        for turn in (1, 2)
    }
    assert 260 < sum(drawn.values()) < 340
    first = [drawn[f"AN-{number:03}/1"] for number in range(500)]
    assert first != [drawn[f"AN-{number:03}/2"] for number in range(500)]


@pytest.mark.parametrize(("percent", "wanted"), [(0, False), (100, True)])
def test_none_or_all(percent: int, wanted: bool) -> None:
    state = d.resolved(d.rules(evaluation={"follow_up": percent})).state
    for number in range(50):
        copy = state.model_copy(update={"demand": f"AN-{number:03}"})
        assert follow_up.wanted(copy) is wanted
