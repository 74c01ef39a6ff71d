"""What people read about a running clock: how it was reckoned, and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import commands as c
from domain.evolve import evolve
from domain.rules import Clock
from domain.running import Running
from domain.state import DemandState
from domain.tick import tick
from runtime.text import LANGUAGES
from starter import clock_text
from starter.calendars import load_calendar
from starter.cli import audit_time
from starter.policies import PARK_DEFAULT, load_policy
from tests.unit import domain_world as w


def story() -> w.Story:
    rules = load_policy(PARK_DEFAULT)
    return w.Story().do(w.listing(policy=rules, calendar=load_calendar()), w.assignment())


def running(state: DemandState, clock: Clock, subject: str = "") -> Running:
    found = state.clock(clock, subject)
    assert found is not None
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rung_that_comes_back_says_so(lang: str) -> None:
    state = story().state
    *_, last = clock_text.agenda(state, running(state, Clock.CLAIM), lang)
    said = {"zh": "；此后每 10 个工作日一次，直至办完", "en": "every 10 working days after that"}
    assert said[lang] in last


def test_whoever_is_told_is_named() -> None:
    state = story().do(w.claim()).state
    said = "\n".join(clock_text.agenda(state, running(state, Clock.RESOLVE), "zh"))
    for name in (w.HOUSING.name, w.PIONEERS.name, "生物医药书记单位", "生物医药链长", "服务中心"):
        assert name in said
    assert "住建局分管领导" in said


def test_a_co_handler_an_instruction_and_a_decision_are_told_apart() -> None:
    told = story().do(
        w.claim(),
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="核定"),
        c.Instruct(by=w.CHAIN_LEADER, text="加快"),
    )
    names = clock_text.names_of(told.state)
    found = {clock_text.clock_text(*one.key, names, "zh") for one in told.state.running}
    assert {"协办（供电局）", "批示落实（第 1 号批示）", "办结", "方案"} == found
    said = clock_text.clock_text(Clock.DECIDE, "adjudication", {}, "zh")
    assert said == "会商裁定"


def test_the_timeline_says_when_a_rung_comes_back() -> None:
    told = story()
    state, now = told.state, told.at + timedelta(days=40)
    said: list[str] = []
    while events := tick(state, now):
        for event in events:
            state = evolve(state, event)
            said += audit_time.lines(event, clock_text.names_of(state))
    assert any("认领下一次处理在 2026-" in line for line in said)
    assert any(line.startswith("本应于 2026-") for line in said)
    assert not any("改为" in line for line in said)


def test_a_pause_and_a_review_were_fixed_by_people() -> None:
    told = story().do(w.claim())
    until = told.at + timedelta(days=9)
    told.do(c.Pause(by=w.HANDLER, reason="等材料", until=until))
    pause = clock_text.reckoning(running(told.state, Clock.PAUSE), "paused", "zh")
    assert pause.startswith("挂起约定到 2026年3月")
    (line,) = clock_text.agenda(told.state, running(told.state, Clock.PAUSE), "zh")
    assert line.endswith("挂起到期，自动恢复办理")


def test_a_revised_deadline_says_so() -> None:
    state = story().state
    claim = running(state, Clock.CLAIM)
    revised = claim.model_copy(update={"not_before": claim.due + timedelta(days=1)})
    assert "改以修订之时为准" in clock_text.reckoning(revised, "assigned", "zh")
    assert "改以修订之时为准" not in clock_text.reckoning(claim, "assigned", "zh")
