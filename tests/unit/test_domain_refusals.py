"""Every refusal: when it comes, what facts it gives, and that it leaves the demand alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain import commands as c
from domain.refusal import RefusalCode as Code
from domain.values import Outcome, Right, Status
from runtime.text import LANGUAGES, catalogue
from tests.unit import domain_world as w
from tests.unit import refusal_cases
from tests.unit.refusal_cases import Case
from tests.unit.strategies import COMMAND_TYPES


def evaluated() -> w.Story:
    return w.deferred().do(c.Evaluate(by=w.OWNER, score=4))


def paused() -> w.Story:
    until = w.START + timedelta(days=9)
    return w.in_progress().do(c.Pause(by=w.HANDLER, reason="等材料", until=until))


def progressed() -> w.Story:
    return w.in_progress().do(
        c.ReportProgress(by=w.MEMBER, text="过半", percent=60),
        c.CompleteMilestone(by=w.MEMBER, milestone=1),
        c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()),
    )


def unit_only() -> w.Story:
    return w.listed().do(w.assignment(squad=None), w.claim())


LATER = w.START + timedelta(days=9)
WORKING = "claimed,in_progress"
CASES = [
    *refusal_cases.CASES,
    Case(
        w.listed,
        w.assignment(by=w.HANDLER),
        Code.NOT_AUTHORIZED,
        {"account": "handler", "role": "unit", "act": "assign"},
    ),
    Case(w.Story, w.assignment(), Code.NOT_YET_LISTED, {}),
    Case(w.closed, w.listing(), Code.ALREADY_LISTED, {"demand": w.DEMAND}),
    Case(w.closed, c.Amend(by=w.CLERK, remark="x"), Code.ENDED, {"status": "closed"}),
    Case(
        w.assigned, w.assignment(), Code.WRONG_STATUS, {"status": "assigned", "allowed": "listed"}
    ),
    Case(
        w.assigned,
        c.Reject(by=w.CLERK, reason="x"),
        Code.WRONG_STATUS,
        {"status": "assigned", "allowed": "listed"},
    ),
    Case(
        w.listed,
        c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"),
        Code.WRONG_STATUS,
        {"status": "listed", "allowed": "assigned,claimed,in_progress"},
    ),
    Case(w.claimed, w.claim(), Code.WRONG_STATUS, {"status": "claimed", "allowed": "assigned"}),
    Case(
        w.claimed,
        c.Return(by=w.HANDLER, reason="x", legal_basis="y"),
        Code.WRONG_STATUS,
        {"status": "claimed", "allowed": "assigned"},
    ),
    Case(w.assigned, w.plan(), Code.WRONG_STATUS, {"status": "assigned", "allowed": WORKING}),
    Case(w.resolved, w.plan(), Code.WRONG_STATUS, {"status": "resolved", "allowed": WORKING}),
    Case(
        w.assigned,
        c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()),
        Code.WRONG_STATUS,
        {"status": "assigned", "allowed": WORKING},
    ),
    Case(
        w.claimed,
        c.ReportProgress(by=w.MEMBER, text="x"),
        Code.WRONG_STATUS,
        {"status": "claimed", "allowed": "in_progress"},
    ),
    Case(
        w.deferred,
        c.CompleteMilestone(by=w.MEMBER, milestone=1),
        Code.WRONG_STATUS,
        {"status": "resolved", "allowed": "in_progress"},
    ),
    Case(
        w.resolved,
        c.Pause(by=w.HANDLER, reason="x", until=LATER),
        Code.WRONG_STATUS,
        {"status": "resolved", "allowed": WORKING},
    ),
    Case(
        w.claimed,
        w.resolution(),
        Code.WRONG_STATUS,
        {"status": "claimed", "allowed": "in_progress"},
    ),
    Case(
        w.resolved,
        w.resolution(),
        Code.WRONG_STATUS,
        {"status": "resolved", "allowed": "in_progress"},
    ),
    Case(
        w.in_progress,
        c.Evaluate(by=w.OWNER, score=5),
        Code.WRONG_STATUS,
        {"status": "in_progress", "allowed": "resolved"},
    ),
    *[
        Case(paused, command, Code.PAUSED, {"reason": "等材料"})
        for command in (
            w.plan(),
            w.resolution(Outcome.EXPLAINED),
            c.ReportProgress(by=w.MEMBER, text="x"),
            c.CompleteMilestone(by=w.MEMBER, milestone=1),
            c.Pause(by=w.HANDLER, reason="x", until=LATER),
        )
    ],
    Case(w.in_progress, c.Resume(by=w.HANDLER), Code.NOT_PAUSED, {}),
    Case(
        w.in_progress,
        c.Pause(by=w.HANDLER, reason="x", until=w.START + timedelta(hours=4)),
        Code.PAUSE_END_NOT_AHEAD,
        {"until": "2026-03-05 13:00"},
    ),
    Case(
        w.claimed,
        c.Reassign(by=w.CLERK, unit=w.HOUSING, squad=w.PIONEERS, reason="x"),
        Code.SAME_HOLDER,
        {"unit": "住建局"},
    ),
    Case(
        unit_only,
        c.Reassign(by=w.CLERK, unit=w.HOUSING, reason="x"),
        Code.SAME_HOLDER,
        {"unit": "住建局"},
    ),
    Case(
        w.claimed,
        c.Reassign(
            by=w.CLERK,
            unit=w.HOUSING.model_copy(update={"name": "住房和城乡建设局"}),
            squad=w.PIONEERS.model_copy(update={"name": "先锋队"}),
            reason="x",
        ),
        Code.SAME_HOLDER,
        {"unit": "住建局"},
    ),
    Case(
        w.assigned,
        c.Claim(by=w.HANDLER, responsible_leader="x", handler=w.NEIGHBOUR.person()),
        Code.HANDLER_NOT_IN_UNIT,
        {"account": "neighbour", "unit": "住建局"},
    ),
    Case(
        w.claimed,
        c.Hand(by=w.HANDLER, to=w.STRANGER.person()),
        Code.HANDLER_NOT_IN_UNIT,
        {"account": "stranger", "unit": "住建局"},
    ),
    Case(
        unit_only,
        c.Hand(by=w.HANDLER, to=w.OWNER.person()),
        Code.HANDLER_NOT_IN_UNIT,
        {"account": w.OWNER.account, "unit": "住建局"},
    ),
    Case(
        w.claimed,
        c.Hand(by=w.CAPTAIN, to=w.DEPUTY.person()),
        Code.MEMBER_NOT_IN_SQUAD,
        {"account": "deputy"},
    ),
    Case(
        progressed,
        c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()),
        Code.ALREADY_HANDED,
        {"account": "member"},
    ),
    Case(
        progressed,
        c.Hand(by=w.HANDLER, to=w.HANDLER.person().model_copy(update={"post": "科长"})),
        Code.ALREADY_HANDED,
        {"account": "handler"},
    ),
    Case(
        progressed,
        c.CompleteMilestone(by=w.MEMBER, milestone=3),
        Code.UNKNOWN_MILESTONE,
        {"milestone": "3"},
    ),
    Case(
        progressed,
        c.CompleteMilestone(by=w.MEMBER, milestone=1),
        Code.MILESTONE_DONE,
        {"milestone": "1"},
    ),
    Case(w.in_progress, w.resolution(), Code.MILESTONES_OPEN, {"milestones": "1, 2"}),
    Case(w.deferred, w.resolution(), Code.MILESTONES_OPEN, {"milestones": "1, 2"}),
    Case(
        progressed,
        c.ReportProgress(by=w.MEMBER, text="x", percent=59),
        Code.PROGRESS_BACKWARD,
        {"percent": "59", "present": "60"},
    ),
    Case(w.in_progress, w.resolution(Outcome.NOT_NOW), Code.REVIEW_DATE_MISSING, {}),
    Case(w.deferred, w.resolution(Outcome.NOT_NOW), Code.REVIEW_DATE_MISSING, {}),
    Case(
        w.in_progress,
        w.put_off(date(2026, 3, 5)),
        Code.REVIEW_DATE_NOT_AHEAD,
        {"review_on": "2026-03-05"},
    ),
    Case(evaluated, c.Evaluate(by=w.OWNER, score=1), Code.ALREADY_EVALUATED, {"score": "4"}),
    Case(w.resolved, c.Evaluate(by=w.CLERK, score=5), Code.CALL_NOTE_MISSING, {}),
    Case(w.resolved, c.Evaluate(by=w.CLERK, score=5, call_note=" \n"), Code.CALL_NOTE_MISSING, {}),
    Case(w.listed, c.Withdraw(by=w.CLERK, reason="x"), Code.CALL_NOTE_MISSING, {}),
    Case(w.listed, c.SupplyMaterial(by=w.CLERK, text="x"), Code.CALL_NOTE_MISSING, {}),
    Case(w.listed, c.SupplyMaterial(by=w.OWNER, text=" "), Code.NOTHING_SUPPLIED, {}),
    Case(w.closed, c.SupplyMaterial(by=w.OWNER, text="x"), Code.ENDED, {"status": "closed"}),
    Case(w.listed, c.Amend(by=w.CLERK), Code.NOTHING_TO_AMEND, {}),
    Case(w.listed, c.Amend(by=w.CLERK, category="用电"), Code.NOTHING_TO_AMEND, {}),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.command.kind}-{case.code}" for case in CASES])
def test_a_refusal_says_why_and_changes_nothing(case: Case) -> None:
    facts = case.story().refuse(case.command, case.code)
    assert facts == case.facts
    for lang in LANGUAGES:
        assert w.placeholders(catalogue(lang)[f"refusal.{case.code}"]) <= set(facts)


def test_every_refusal_code_is_exercised() -> None:
    assert {case.code for case in CASES} == set(Code)


@pytest.mark.parametrize("end", [w.closed, w.rejected, w.withdrawn])
def test_an_ended_demand_refuses_everything(end: Callable[[], w.Story]) -> None:
    story = end()
    assert story.state.status.ended
    commands: list[c.Command] = [
        w.assignment(),
        w.plan(),
        w.resolution(),
        c.Amend(by=w.CLERK, remark="x"),
        c.Reject(by=w.CLERK, reason="x"),
        c.Reassign(by=w.CLERK, unit=w.POWER, reason="x"),
        c.Withdraw(by=w.OWNER, reason="x"),
        c.Evaluate(by=w.OWNER, score=5),
        c.Resume(by=w.HANDLER),
        c.ReportProgress(by=w.HANDLER, text="x"),
    ]
    for command in commands:
        held = command.by is not w.HANDLER or end is not w.rejected
        story.refuse(command, Code.ENDED if held else Code.NOT_AUTHORIZED)
    story.refuse(w.listing(), Code.ALREADY_LISTED)


def test_authority_is_asked_before_the_state_tells_anything() -> None:
    for story in (w.listed(), w.in_progress(), w.closed()):
        story.refuse(c.Evaluate(by=w.OTHER_OWNER, score=1), Code.NOT_AUTHORIZED)
        story.refuse(w.listing(by=w.OWNER), Code.NOT_AUTHORIZED)
    w.Story().refuse(w.listing(by=w.OWNER), Code.NOT_AUTHORIZED)


def test_what_may_be_done_while_paused() -> None:
    story = paused().do(
        c.Amend(by=w.CLERK, remark="x"),
        c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()),
        c.Resume(by=w.DEPUTY),
    )
    assert story.state.pause is None
    assert story.state.status is Status.IN_PROGRESS


def test_every_command_is_part_of_this_file_or_of_a_life() -> None:
    used = {type(case.command) for case in CASES} | {c.Amend, c.Hand, c.ReportCoHandling}
    assert set(COMMAND_TYPES) == used
    assert Right.CLOCK not in {event.right for event in w.whole_life().events}
