"""An outage of days over deadlines, on the server that skips time: late, once, and with the truth.

What the workflow sees is what it sees after a server was away: a timer that rings days after the
instant it was set for, or a command that comes before it rings.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from starter.errors import CommandRefused
from starter.policies import POLICIES, load_policy
from tests.support.house import THE_ENTERPRISE
from tests.support.reckoning import assert_nothing_left
from tests.support.skipping import LATE, Park
from tests.support.written import by_the_clock, lines, park_time, said, told, written
from tests.workflow.test_neglected import ASSIGN, CLAIM, PLAN, as_in_history, listed, resolve

pytestmark = pytest.mark.xdist_group("skipping")

DEFAULT = load_policy(POLICIES / "default.toml")

# Away from eleven on 23 September, for six days: the reminder of 13:30, the deadline of 17:30 and
# all three rungs pass meanwhile. What is late is said in the order in which it was due.
ALL_AT_ONCE = """
    2026-09-23 17:30 became_overdue claim   due 2026-09-23 17:30
    2026-09-23 17:30 chased         claim   due 2026-09-23 17:30 > unit:U20, squad:S04
    2026-09-24 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-09-29 08:30 supervised     claim   due 2026-09-23 17:30 > \
        committee, (unit_leader:U20), (bureau)
"""


async def neglected_until_eleven(park: Park, list_id: str) -> str:
    """A demand that U20 has had for a day, and not claimed."""
    demand = f"{list_id}-001"
    await listed(park, demand, park_time("2026-09-22 09:00"), DEFAULT)
    await park.home.act(demand, "bureau1", "assign", **ASSIGN[2])
    await park.until(demand, park_time("2026-09-23 11:00"))
    return demand


async def test_what_was_due_meanwhile_is_done_once_late_with_the_true_instants(
    park: Park, list_id: str
) -> None:
    demand = await neglected_until_eleven(park, list_id)
    await park.outage(demand, timedelta(days=6))
    await park.until(demand, park_time("2026-09-30 09:00"))

    events = by_the_clock(await told(park.home.pool, demand))
    assert [written(event) for event in events] == lines(ALL_AT_ONCE)
    # The timer that was set for 13:30 rings then, six days later: everything comes with it.
    rang = park_time("2026-09-29 13:30")
    assert all(timedelta() <= event.at - rang < LATE for event in events)
    await as_in_history(park, demand)


async def test_a_command_that_comes_first_finds_the_overdue_declared(
    park: Park, list_id: str
) -> None:
    demand = await neglected_until_eleven(park, list_id)
    await park.outage(demand, timedelta(days=6))
    await park.home.act(demand, "u20", "claim", **CLAIM[2])
    await assert_nothing_left(park.home.pool)  # what the clock made, the workflow itself delivers

    events = await told(park.home.pool, demand)
    assert [event.kind for event in events] == [
        *("listed", "assigned", "became_overdue", "chased", "escalated", "supervised", "claimed")
    ]
    assert {said(event.at) for event in events[2:]} == {"2026-09-29 11:00"}
    assert [written(event) for event in by_the_clock(events)] == lines(ALL_AT_ONCE)
    await as_in_history(park, demand)


async def test_a_command_that_comes_first_is_refused_by_what_is_the_case_by_then(
    park: Park, list_id: str
) -> None:
    """Silence had closed it on Monday; the enterprise speaks on Thursday, before the timer does."""
    demand = f"{list_id}-001"
    await listed(park, demand, park_time("2026-10-12 09:00"), DEFAULT)
    for who, kind, fields in (ASSIGN, CLAIM, PLAN, resolve("partly_solved")):
        await park.home.act(demand, who, kind, **fields)
    await park.until(demand, park_time("2026-10-19 12:00"))
    await park.outage(demand, timedelta(days=3))

    with pytest.raises(CommandRefused) as refused:
        await park.home.act(demand, THE_ENTERPRISE, "evaluate", score=1)
    assert (refused.value.code, refused.value.facts["status"]) == ("ended", "closed")

    await park.until(demand, park_time("2026-10-23 09:00"))
    events = by_the_clock(await told(park.home.pool, demand))
    assert [event.kind for event in events] == ["evaluated", "closed"]
    await as_in_history(park, demand)
