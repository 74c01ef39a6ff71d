"""What is left of a deadline, against the deadlines that would be reckoned from now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.calendar import PARK_TIME
from domain.clock import deadline
from domain.duration import Measure, parse
from domain.remaining import Remaining, remaining
from domain.rules import Clock
from domain.running import Running
from domain.state import DemandState
from starter.calendars import load_calendar
from starter.clock_text import remaining_text
from starter.policies import PARK_DEFAULT, load_policy
from tests.unit import domain_world as w

OFFICE = load_calendar()
ASSIGNED = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
"""A Thursday morning; on Friday 25 September begins a long weekend, October has a longer one."""


def state_of() -> DemandState:
    rules = load_policy(PARK_DEFAULT)
    return w.Story().do(w.listing(policy=rules, calendar=OFFICE)).state


def running(rule: str, start: datetime = ASSIGNED) -> Running:
    return Running(clock=Clock.RESOLVE, start=start, legs=(deadline(start, parse(rule), OFFICE),))


@pytest.mark.parametrize("hours", range(0, 24 * 20, 7))
def test_so_many_working_days_from_now_are_due_at_the_same_instant(hours: int) -> None:
    clock = running("10wd")
    now = ASSIGNED + timedelta(hours=hours)
    left = remaining(state_of(), clock, now)
    if left.measure is Measure.WORKING_DAYS and not left.late:
        again = deadline(now, parse(f"{left.count}wd"), OFFICE)
        assert again.due == clock.due
    else:
        day = clock.due.astimezone(PARK_TIME).date()
        assert left.late or now.astimezone(PARK_TIME).date() >= day - timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "after", "said"),
    [
        ("10wd", timedelta(), "还剩 10 个工作日"),
        ("1wd", timedelta(), "还剩 1 个工作日"),
        ("4wh", timedelta(hours=1), "还剩 3 小时（工作时间）"),
        ("24h", timedelta(hours=1, minutes=30), "还剩 22 小时 30 分钟"),
        ("30s", timedelta(seconds=10), "还剩 20 秒"),
        ("30s", timedelta(seconds=30), "还剩 0 秒"),
        ("30s", timedelta(seconds=95), "已逾期 1 分钟"),
        ("7d", timedelta(days=2), "还剩 12 天"),  # its last day is in a holiday
    ],
)
def test_what_is_left_in_words(rule: str, after: timedelta, said: str) -> None:
    left = remaining(state_of(), running(rule), ASSIGNED + after)
    assert remaining_text(left, "zh") == said


def test_less_than_a_working_day_is_told_in_office_time() -> None:
    clock = running("1wd")
    closing = clock.due
    state = state_of()
    before = remaining(state, clock, closing - timedelta(hours=2))
    assert before == Remaining(late=False, measure=Measure.WORKING_HOURS, count=7200)
    after = remaining(state, clock, closing + timedelta(minutes=90))
    assert after == Remaining(late=True, measure=Measure.SECONDS, count=5400)
    later = remaining(state, clock, closing + timedelta(days=40))
    assert (later.late, later.measure) == (True, Measure.WORKING_DAYS)
    assert deadline(closing, parse(f"{later.count}wd"), OFFICE).due <= closing + timedelta(days=40)


def test_the_time_of_a_pause_is_not_left() -> None:
    rules = load_policy(PARK_DEFAULT)
    story = w.Story().do(w.listing(policy=rules, calendar=OFFICE), w.assignment(), w.claim())
    story.do(c.Pause(by=w.HANDLER, reason="等材料", until=story.at + timedelta(days=21)))
    clock = story.state.clock(Clock.RESOLVE)
    assert clock is not None
    during = remaining(story.state, clock, story.at + timedelta(days=7))
    at_first = remaining(story.state, clock, story.at)
    assert during == at_first == Remaining(late=False, measure=Measure.WORKING_DAYS, count=5)
