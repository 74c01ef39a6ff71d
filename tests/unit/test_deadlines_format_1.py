"""A demand that began under format 1 knows no deadlines, then or ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest

from domain import commands as c
from domain.evolve import fold
from domain.refusal import RefusalCode
from domain.tick import tick
from domain.timekeeping import earliest, next_due
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.refusal_cases import WITHOUT_DEADLINES

LIVES: list[Callable[[], w.Story]] = [
    *(w.listed, w.assigned, w.claimed, w.in_progress, w.resolved, w.deferred),
    *(w.closed, w.rejected, w.withdrawn, w.whole_life),
]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_no_clock_is_set_nobody_is_charged_and_nobody_is_told(life: Callable[[], w.Story]) -> None:
    story = life()
    for event in story.events:
        assert (event.clocks, event.charged, event.tell) == ((), (), ())
    for length in range(1, len(story.events) + 1):
        state = fold(story.events[:length])
        assert state is not None
        assert (state.format, state.rules, state.calendar) == (1, None, None)
        assert (state.running, state.pauses, state.custody, state.assigned_at) == ((), (), (), None)
        assert (next_due(state), earliest(state), state.overdue) == (None, None, False)
        assert not state.awaits_follow_up


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_the_clock_never_does_anything(life: Callable[[], w.Story]) -> None:
    story = life()
    assert tick(story.state, story.at + timedelta(days=20_000)) == ()


def test_a_calendar_that_comes_with_the_listing_is_not_kept() -> None:
    """So the bytes of its chain are what they would have been."""
    story = w.Story().do(w.listing(calendar=d.CALENDAR), w.assignment())
    assert story.recorded == w.assigned().recorded
    assert all(event.clocks == event.charged == event.tell == () for event in story.events)
    assert (next_due(story.state), story.state.custody) == (None, ())


def test_none_of_what_came_with_deadlines_can_be_done() -> None:
    came = {type(command) for command in WITHOUT_DEADLINES}
    only_for_helpers = {c.AcceptCoHandling, c.ReportCoHandling, c.FinishCoHandling, c.Adjudicate}
    later = set(get_args(get_args(c.Command)[0])[17:])
    assert later - came <= only_for_helpers
    for command in WITHOUT_DEADLINES:
        w.claimed().refuse(command, RefusalCode.NO_DEADLINES)


def test_an_unhappy_enterprise_reopens_however_often() -> None:
    story = w.resolved()
    for turn in range(2, 12):
        story.do(c.Evaluate(by=w.OWNER, score=1))
        assert story.state.round == turn
        story.do(w.plan(), w.resolution())


def test_a_unit_may_give_it_back_however_late_and_however_often() -> None:
    story = w.listed()
    for times in range(1, 6):
        story.do(w.assignment())
        story.at += timedelta(days=400)
        story.do(d.returning())
        assert (story.state.returns, story.state.adjudicating) == (times, False)
