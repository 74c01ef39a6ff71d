"""The leaders' numbers against lives that were made by hand, and against the events themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.events import Evaluated
from domain.rules import Clock
from domain.running import Fate
from domain.scope import EVERYTHING, NOTHING, Scope
from domain.values import Outcome, Role
from ledger import figures
from ledger.figures import Scores, UnitOnTime
from ledger.pool import Pool
from ledger.projector import record
from starter.calendars import load_calendar
from starter.policies import POLICIES, load_policy
from tests.support.timed_lives import (
    ASSIGN,
    BUREAU,
    CLAIM,
    EVALUATE,
    HANDLER,
    HOUSING,
    OTHER,
    OWNER,
    PLAN,
    RESOLVE,
    Life,
    listing,
    random_life,
)
from tests.support.written import park_time

GIVEN: dict[str, Any] = {
    "policy": load_policy(POLICIES / "default.toml"),
    "calendar": load_calendar(),
}
BEGAN = park_time("2026-09-01 10:00")
NOW = park_time("2026-11-24 12:00")
WITHIN, AFTER = BEGAN + timedelta(days=8), BEGAN + timedelta(days=21)
"""Before and after the ten working days that there are to resolve it."""


def planned(number: int, began: datetime = BEGAN) -> Life:
    """A demand that U20 has claimed and planned within the hour."""
    demand = f"AN-2026Q3-{number:03d}"
    life = Life().do(began, listing(demand=demand, list_id="AN-2026Q3", **GIVEN))
    life.do(began + timedelta(minutes=5), ASSIGN)
    life.do(began + timedelta(minutes=10), CLAIM)
    return life.do(began + timedelta(minutes=15), PLAN)


async def put(pool: Pool, *lives: Life) -> None:
    """Into the ledger, as the house would."""
    for life in lives:
        assert life.state is not None
        await record(pool, life.recorded, life.state)


async def rates(pool: Pool) -> dict[str, tuple[int, int, int]]:
    """In time, late and waiting by unit."""
    found = await figures.on_time(pool, EVERYTHING, NOW)
    return {one.unit: (one.in_time, one.late, one.waiting) for one in found}


async def test_in_time_late_and_waiting(pool: Pool) -> None:
    await put(
        pool,
        planned(1).do(WITHIN, RESOLVE),
        planned(2).do(AFTER, RESOLVE),
        planned(3).wait(AFTER),
        planned(4).wait(WITHIN),  # its time is not over: neither
    )
    (unit,) = await figures.on_time(pool, EVERYTHING, NOW)
    assert unit == UnitOnTime("U20", "市供电局", in_time=1, late=1, waiting=1)
    assert (unit.of, unit.rate) == (3, 33)


async def test_what_moves_the_deadline_moves_what_is_in_time(pool: Pool) -> None:
    asked = c.AskExtension.model_validate({"by": HANDLER, "more": "5wd", "reason": "设备未到"})
    extended = planned(1).do(WITHIN, asked).do(WITHIN, c.GrantExtension(by=BUREAU))
    paused = planned(2).do(
        WITHIN, c.Pause(by=HANDLER, reason="等材料", until=WITHIN + timedelta(days=10))
    )
    await put(pool, extended.do(BEGAN + timedelta(days=20), RESOLVE), paused.do(AFTER, RESOLVE))
    assert await rates(pool) == {"U20": (2, 0, 0)}


async def test_whoever_no_longer_has_it_is_not_counted(pool: Pool) -> None:
    taken = planned(1).wait(AFTER)
    taken.do(AFTER, c.Reassign(by=BUREAU, unit=HOUSING, reason="改由住建局"))
    taken.do(
        AFTER + timedelta(minutes=5),
        c.Claim(by=OTHER, responsible_leader="分管副局长", handler=OTHER.person()),
    )
    taken.do(AFTER + timedelta(minutes=9), c.MakePlan(by=OTHER, summary="一周内完成"))
    solved = c.Resolve(by=OTHER, outcome=Outcome.SOLVED, text="已送电")
    taken.do(AFTER + timedelta(days=2), solved)
    withdrawn = planned(2).wait(AFTER).do(AFTER, c.Withdraw(by=OWNER, reason="已自行解决"))
    await put(pool, taken, withdrawn)
    assert await rates(pool) == {"U01": (1, 0, 0)}


async def test_each_round_counts_and_a_second_word_on_not_now_does_not(pool: Pool) -> None:
    again = planned(1).do(WITHIN, RESOLVE)
    again.do(WITHIN + timedelta(hours=1), c.Evaluate(by=OWNER, score=1, comment="没有解决"))
    again.do(WITHIN + timedelta(hours=2), PLAN)
    again.do(WITHIN + timedelta(days=40), RESOLVE)
    review = (WITHIN + timedelta(days=30)).date()
    later = c.Resolve(by=HANDLER, outcome=Outcome.NOT_NOW, text="等二期变电站", review_on=review)
    not_now = planned(2).do(WITHIN, later).do(WITHIN + timedelta(days=1), EVALUATE)
    not_now.do(WITHIN + timedelta(days=20), RESOLVE)
    await put(pool, again, not_now)
    assert await rates(pool) == {"U20": (2, 1, 0)}
    assert (await figures.scores(pool, EVERYTHING, NOW)).given == (
        (5, 1),
        (4, 0),
        (3, 0),
        (2, 0),
        (1, 1),
    )


async def test_silence_is_no_score(pool: Pool) -> None:
    silent = planned(1).do(WITHIN, RESOLVE).wait(NOW)
    assert silent.state is not None
    assert silent.state.status.ended
    four = c.Evaluate(by=OWNER, score=4)
    await put(pool, silent, planned(2).do(WITHIN, RESOLVE).do(WITHIN + timedelta(hours=1), four))
    found = await figures.scores(pool, EVERYTHING, NOW)
    assert found == Scores(((5, 0), (4, 1), (3, 0), (2, 0), (1, 0)), silent=1)
    assert found.mean == 4
    assert (await figures.scores(pool, NOTHING, NOW)).mean is None


async def test_what_is_over_a_year_old_no_longer_counts(pool: Pool) -> None:
    await put(pool, planned(1).do(WITHIN, RESOLVE).do(WITHIN + timedelta(hours=1), EVALUATE))
    later = WITHIN + timedelta(days=366)
    assert await figures.on_time(pool, EVERYTHING, later) == []
    assert (await figures.scores(pool, EVERYTHING, later)).of == 0


async def test_ages_weeks_and_chains(pool: Pool) -> None:
    lives = [planned(n, NOW - timedelta(days=age)) for n, age in enumerate((1, 2, 5, 20, 80), 1)]
    for life in lives:
        life.wait(NOW)
    closed = planned(9, park_time("2026-11-02 10:00")).do(park_time("2026-11-05 10:00"), RESOLVE)
    closed.do(park_time("2026-11-06 10:00"), EVALUATE)
    await put(pool, *lives, closed)
    assert await figures.ages(pool, EVERYTHING, NOW) == [2, 1, 0, 1, 0, 1]
    weeks = await figures.weekly(pool, EVERYTHING, NOW)
    assert (len(weeks), weeks[-1].monday.isoformat()) == (12, "2026-11-23")
    assert [(week.came, week.went) for week in weeks[-4:]] == [(2, 1), (0, 0), (2, 0), (1, 0)]
    assert sum(week.came for week in weeks) == 5, "one is older than twelve weeks"
    assert sum(week.went for week in weeks) == 1
    (chain,) = await figures.chains(pool, EVERYTHING, NOW, NOW + timedelta(days=1))
    late = sum(1 for one in lives if one.state and one.state.overdue)
    assert (chain.chain, chain.open, chain.overdue, chain.closed) == ("NE", 5, late, 1)
    assert late >= 2
    for scope, seen in (
        (Scope(chains=("NE",)), 5),
        (Scope(chains=("PF",)), 0),
        (Scope(units=("U20",)), 5),
        (NOTHING, 0),
    ):
        found = await figures.chains(pool, scope, NOW, NOW)
        assert sum(one.open for one in found) == seen, scope
        assert sum(await figures.ages(pool, scope, NOW)) == seen, scope
        assert sum(week.came for week in await figures.weekly(pool, scope, NOW)) == seen
        assert bool(await figures.on_time(pool, scope, NOW)) == bool(seen)


async def test_what_is_escalated_comes_in_the_order_in_which_it_went_up(pool: Pool) -> None:
    second = planned(1, BEGAN + timedelta(days=7)).wait(NOW)
    first = planned(2).wait(NOW)
    spoken = planned(3).wait(NOW)
    assert spoken.state is not None
    assert spoken.state.escalations
    spoken.do(NOW, RESOLVE)  # nothing is awaited of a leader any more
    await put(pool, second, first, spoken, planned(4).wait(BEGAN + timedelta(days=1)))
    found = await figures.escalated(pool, EVERYTHING, 10)
    assert [state.demand for state, _ in found.states] == ["AN-2026Q3-002", "AN-2026Q3-001"]
    assert found.everything == 2
    one = await figures.escalated(pool, EVERYTHING, 1)
    assert (len(one.states), one.everything) == (1, 2)
    assert (await figures.escalated(pool, Scope(chains=("PF",)), 10)).everything == 0


async def test_random_lives_are_counted_as_their_events_say(pool: Pool) -> None:
    lives = []
    for seed in range(40):
        demand = f"AN-2026Q3-{seed + 1:03d}"
        life = random_life(
            seed, BEGAN + timedelta(days=seed % 20), demand=demand, list_id="AN-2026Q3", **GIVEN
        )
        lives.append(life.wait(NOW))
    await put(pool, *lives)
    await put(pool, *lives)  # what comes twice counts once
    wanted = [0, 0, 0]
    scores: dict[int, int] = {}
    for life in lives:
        for event in life.events:
            for change in event.clocks:
                if change.fate is Fate.MET and change.running.clock is Clock.RESOLVE:
                    wanted[change.running.overdue_since is not None] += 1
            if isinstance(event, Evaluated) and event.by.role is not Role.CLOCK:
                scores[event.score] = scores.get(event.score, 0) + 1
        running = life.state.clock(Clock.RESOLVE) if life.state and life.state.open else None
        wanted[2] += running is not None and running.overdue_since is not None
    found = await rates(pool)
    assert [sum(numbers) for numbers in zip(*found.values(), strict=True)] == wanted
    assert min(wanted) > 2, "the lives have all three"
    assert {s: n for s, n in (await figures.scores(pool, EVERYTHING, NOW)).given if n} == scores


async def test_the_tables_are_only_added_to(pool: Pool) -> None:
    for table in ("resolutions", "evaluations"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = 0"):
            with pytest.raises(Exception, match="permission denied"):
                await pool.execute(change)
