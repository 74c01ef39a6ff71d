"""What waits for whom, in which order, and what somebody promised for when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import commands as c
from domain.due import PARK_TIME, end_of_day, promised_by
from domain.tasks import Task, TaskKind, by_urgency, task_for
from domain.timekeeping import next_due
from domain.values import Outcome, Urgency
from tests.unit import domain_world as w


def handed() -> w.Story:
    return w.in_progress().do(c.Hand(by=w.CAPTAIN, to=w.MEMBER.person()))


def handed_to_captain() -> w.Story:
    return w.in_progress().do(c.Hand(by=w.CAPTAIN, to=w.CAPTAIN.person()))


def paused() -> w.Story:
    until = w.START + timedelta(days=9)
    return w.in_progress().do(c.Pause(by=w.HANDLER, reason="等材料", until=until))


def paused_before_planning() -> w.Story:
    until = w.START + timedelta(days=9)
    return w.claimed().do(c.Pause(by=w.HANDLER, reason="等材料", until=until))


def evaluated() -> w.Story:
    return w.deferred().do(c.Evaluate(by=w.OWNER, score=4))


def reopened() -> w.Story:
    return w.resolved().do(c.Evaluate(by=w.OWNER, score=1))


K = TaskKind
UNIT = ("handler", "deputy")
COME_WITH_DEADLINES = {K.ADJUDICATE, K.FOLLOW_UP, K.EXTENSION, K.CO_HANDLE, K.RESPOND, K.INSTRUCT}
"""See `test_tasks_with_deadlines.py`."""
WAITING: list[tuple[Callable[[], w.Story], dict[str, TaskKind]]] = [
    (w.listed, {"clerk": K.ASSIGN, "secretary": K.ASSIGN}),
    (w.assigned, dict.fromkeys(UNIT, K.CLAIM)),
    (w.claimed, dict.fromkeys(UNIT, K.PLAN)),
    (
        w.in_progress,
        dict.fromkeys(UNIT, K.RESOLVE) | {"captain": K.HAND, "member": K.WORK, "colleague": K.WORK},
    ),
    (handed, dict.fromkeys(UNIT, K.RESOLVE) | {"member": K.WORK}),
    (handed_to_captain, dict.fromkeys(UNIT, K.RESOLVE) | {"captain": K.WORK}),
    (paused, dict.fromkeys(UNIT, K.RESUME)),
    (paused_before_planning, dict.fromkeys(UNIT, K.RESUME)),
    (w.resolved, {"owner": K.EVALUATE, "clerk": K.EVALUATE}),
    (w.deferred, dict.fromkeys(UNIT, K.REVIEW) | {"owner": K.EVALUATE, "clerk": K.EVALUATE}),
    (evaluated, dict.fromkeys(UNIT, K.REVIEW)),
    (reopened, dict.fromkeys(UNIT, K.PLAN)),
    (w.closed, {}),
    (w.rejected, {}),
    (w.withdrawn, {}),
]


@pytest.mark.parametrize(("story", "waiting"), WAITING, ids=lambda v: getattr(v, "__name__", ""))
def test_what_waits_for_whom(story: Callable[[], w.Story], waiting: dict[str, TaskKind]) -> None:
    state = story().state
    tasks = {name: task_for(actor, state) for name, actor in w.EVERYBODY.items()}
    assert {name: task.kind for name, task in tasks.items() if task} == waiting
    for task in tasks.values():
        assert task is None or (task.demand, task.since) == (w.DEMAND, state.since)


def test_every_kind_of_task_waits_for_somebody() -> None:
    found = {kind for _, waiting in WAITING for kind in waiting.values()}
    assert found | COME_WITH_DEADLINES == set(TaskKind)


def test_a_task_can_be_done_by_the_one_it_waits_for() -> None:
    w.listed().do(w.assignment(by=w.SECRETARY))
    w.in_progress().do(c.ReportProgress(by=w.COLLEAGUE, text="x"))
    w.deferred().do(w.resolution(Outcome.EXPLAINED, by=w.DEPUTY))
    w.deferred().do(w.plan(by=w.DEPUTY))
    paused().do(c.Resume(by=w.DEPUTY))


def test_most_urgent_first() -> None:
    now = w.START + timedelta(days=30)

    def task(name: str, urgency: Urgency, days: int, promised: int | None = None) -> Task:
        return Task(
            kind=TaskKind.WORK,
            demand=name,
            urgency=urgency,
            since=w.START + timedelta(days=days),
            promised_by=None if promised is None else w.START + timedelta(days=promised),
        )

    in_order = [
        task("broken, major", Urgency.MAJOR, 9, 29),
        task("broken just now, urgent", Urgency.URGENT, 9, 30),
        task("broken, general, long ago", Urgency.GENERAL, 2, 3),
        task("broken, general", Urgency.GENERAL, 3, 20),
        task("major", Urgency.MAJOR, 9, 31),
        task("urgent, long ago", Urgency.URGENT, 1),
        task("urgent", Urgency.URGENT, 2, 40),
        task("general", Urgency.GENERAL, 0),
    ]
    shuffled = [in_order[place] for place in (5, 2, 7, 0, 3, 6, 1, 4)]
    assert [task.demand for task in by_urgency(shuffled, now)] == [t.demand for t in in_order]
    assert shuffled[0].demand == "urgent, long ago"


def test_a_day_ends_at_midnight_in_the_park() -> None:
    assert end_of_day(date(2026, 3, 5)) == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    assert end_of_day(date(9998, 12, 31)).astimezone(UTC).year == 9998
    assert PARK_TIME.utcoffset(None) == timedelta(hours=8)


def test_nothing_is_promised_before_there_is_a_plan() -> None:
    for story in (w.listed, w.assigned, w.claimed, w.in_progress, w.resolved):
        assert promised_by(story().state) is None


def test_the_earliest_open_milestone_is_what_was_promised() -> None:
    first, second = date(2026, 4, 30), date(2026, 3, 31)
    drafts = (
        c.MilestoneDraft(title="施工", due_on=first),
        c.MilestoneDraft(title="勘察", due_on=second),
        c.MilestoneDraft(title="回访"),
    )
    story = w.claimed().do(c.MakePlan(by=w.HANDLER, summary="x", milestones=drafts))
    assert promised_by(story.state) == end_of_day(second)
    story.do(c.CompleteMilestone(by=w.MEMBER, milestone=2))
    assert promised_by(story.state) == end_of_day(first)
    story.do(c.CompleteMilestone(by=w.MEMBER, milestone=1))
    assert promised_by(story.state) is None


def test_a_pause_and_a_review_take_the_place_of_the_plan_s_promises() -> None:
    story = w.claimed().do(w.plan("勘察", due_on=date(2026, 4, 30)))
    until = w.START + timedelta(days=90)
    story.do(c.Pause(by=w.HANDLER, reason="等材料", until=until))
    assert promised_by(story.state) == until
    story.do(c.Resume(by=w.HANDLER), w.put_off(date(2026, 9, 1)))
    assert promised_by(story.state) == end_of_day(date(2026, 9, 1))
    story.do(w.plan("施工", due_on=date(2026, 10, 1)))
    assert promised_by(story.state) == end_of_day(date(2026, 10, 1))
    story.do(w.resolution(Outcome.EXPLAINED))
    assert promised_by(story.state) is None


def test_an_ended_demand_promises_nothing() -> None:
    story = w.claimed().do(w.plan("勘察", due_on=date(2026, 4, 30)))
    assert promised_by(story.do(c.Withdraw(by=w.OWNER, reason="x")).state) is None


def test_no_timer_is_armed_under_a_policy_without_deadlines() -> None:
    for story in (w.listed, w.assigned, w.in_progress, paused, w.deferred, w.closed):
        assert next_due(story().state) is None
