"""Demands that nobody looks after, over the holidays of October 2026, on the real Temporal server.

What is expected was written down by hand, from policies/*.toml and the State Council's table:

    September    Mon 21 .. Thu 24 worked, 25-27 off (中秋节), Mon 28 .. Wed 30 worked
    October      1-7 off (国庆节), Thu 8, Fri 9 worked, **Sat 10 worked**, Sun 11 off,
                 from Mon 12 on weeks as usual

The office is open 08:30-12:00 and 13:30-17:30, so 4wh before closing is 13:30. In the park the top
of the ladder comes 10wd after a deadline and every 10wd from then on, at the opening; that is every
second week on the same day, as soon as the holidays are over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from domain.rules import Rules
from domain.values import Status
from starter.policies import POLICIES, load_policy
from tests.support.reckoning import assert_agree, assert_nothing_left
from tests.support.skipping import LATE, Park
from tests.support.written import by_the_clock, lines, park_time, planned, told, written

pytestmark = pytest.mark.xdist_group("skipping")

Act = tuple[str, str, str, dict[str, Any]]
"""When, who, what, and how."""

DEFAULT = load_policy(POLICIES / "default.toml")
QUANZHOU = load_policy(POLICIES / "quanzhou-2022.toml")

ASSIGN = ("bureau1", "assign", {"unit": "U20", "squad": "S04"})
CLAIM = ("u20", "claim", {"responsible_leader": "分管副局长", "handler": "u20"})
PLAN = ("u20", "plan", {"summary": "两周内完成接入"})
IN_A_DAY: tuple[Act, ...] = (("2026-09-28 10:00", *ASSIGN), ("2026-09-28 11:00", *CLAIM))
PLANNED: tuple[Act, ...] = (*IN_A_DAY, ("2026-09-29 09:00", *PLAN))


def resolve(outcome: str, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    """The unit's word."""
    return "u20", "resolve", {"outcome": outcome, "text": "已办理"} | fields


@dataclass(frozen=True)
class Neglect:
    """When a demand was listed, what was done about it, and all that the clock does then."""

    listed: str
    done: tuple[Act, ...]
    expected: str
    status: Status
    until: str = "2026-11-05 10:00"


# The lead time: 10wd after 22 September are 23, 24, 28, 29, 30 September, 8, 9, 10, 12, 13 October.
THREE_MONTHS = Neglect(
    "2026-09-21 09:00",
    (("2026-09-22 10:00", *ASSIGN),),
    """
    2026-09-23 13:30 reminded       claim   due 2026-09-23 17:30 > unit:U20
    2026-09-23 17:30 became_overdue claim   due 2026-09-23 17:30
    2026-09-23 17:30 chased         claim   due 2026-09-23 17:30 > unit:U20, squad:S04
    2026-09-24 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-09-29 08:30 supervised     claim   due 2026-09-23 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-10 08:30 reminded       resolve due 2026-10-13 17:30 > unit:U20, squad:S04
    2026-10-13 17:30 became_overdue resolve due 2026-10-13 17:30
    2026-10-13 17:30 chased         resolve due 2026-10-13 17:30 > unit:U20, squad:S04
    2026-10-14 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-10-14 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-16 08:30 supervised     resolve due 2026-10-13 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-27 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-10-28 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-10 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-11 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-24 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-25 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-12-08 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-12-09 08:30 escalated      claim   due 2026-09-23 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-12-22 08:30 escalated      resolve due 2026-10-13 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.ASSIGNED,
    until="2026-12-22 10:00",
)

# Assigned a day late. 7wd after 23 September are 24, 28, 29, 30 September, 8, 9, 10 October: the
# make-up Saturday. What is late goes to the supervision office at once; the bureau chases itself.
QUANZHOU_2022 = Neglect(
    "2026-09-21 09:00",
    (("2026-09-23 10:00", *ASSIGN),),
    """
    2026-09-22 17:30 became_overdue assign  due 2026-09-22 17:30 > bureau
    2026-09-23 08:30 chased         assign  due 2026-09-22 17:30 > bureau
    2026-09-24 17:30 became_overdue claim   due 2026-09-24 17:30 > unit:U20
    2026-09-28 08:30 chased         claim   due 2026-09-24 17:30 > unit:U20, bureau
    2026-10-09 08:30 reminded       resolve due 2026-10-10 17:30 > unit:U20
    2026-10-10 17:30 became_overdue resolve due 2026-10-10 17:30 > unit:U20
    2026-10-10 17:30 supervised     resolve due 2026-10-10 17:30 > \
        supervision, (unit:U20), (bureau)
    """,
    Status.ASSIGNED,
    until="2026-12-22 10:00",
)

LISTED = Neglect(
    "2026-09-30 10:00",
    (),
    """
    2026-10-08 17:30 became_overdue assign  due 2026-10-08 17:30
    2026-10-08 17:30 chased         assign  due 2026-10-08 17:30 > bureau
    2026-10-09 08:30 escalated      assign  due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-12 08:30 supervised     assign  due 2026-10-08 17:30 > committee, (bureau)
    2026-10-21 08:30 escalated      assign  due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-04 08:30 escalated      assign  due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.LISTED,
)

# 3wd after 28 September are 29, 30 September, 8 October; 10wd end with Friday 16 October.
CLAIMED = Neglect(
    "2026-09-28 09:00",
    IN_A_DAY,
    """
    2026-10-08 13:30 reminded       plan    due 2026-10-08 17:30 > unit:U20
    2026-10-08 17:30 became_overdue plan    due 2026-10-08 17:30
    2026-10-08 17:30 chased         plan    due 2026-10-08 17:30 > unit:U20, squad:S04
    2026-10-09 08:30 escalated      plan    due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-12 08:30 supervised     plan    due 2026-10-08 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-14 08:30 reminded       resolve due 2026-10-16 17:30 > unit:U20, squad:S04
    2026-10-16 17:30 became_overdue resolve due 2026-10-16 17:30
    2026-10-16 17:30 chased         resolve due 2026-10-16 17:30 > unit:U20, squad:S04
    2026-10-19 08:30 escalated      resolve due 2026-10-16 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-21 08:30 supervised     resolve due 2026-10-16 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-21 08:30 escalated      plan    due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-10-30 08:30 escalated      resolve due 2026-10-16 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-04 08:30 escalated      plan    due 2026-10-08 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.CLAIMED,
)

# Nobody reports: 5wd after 29 September are 30 September, 8, 9, 10, 12 October.
WITH_A_PLAN = Neglect(
    "2026-09-28 09:00",
    PLANNED,
    """
    2026-10-12 13:30 reminded       progress due 2026-10-12 17:30 > unit:U20, squad:S04
    2026-10-12 17:30 became_overdue progress due 2026-10-12 17:30
    2026-10-12 17:30 chased         progress due 2026-10-12 17:30 > unit:U20, squad:S04
    2026-10-13 08:30 escalated      progress due 2026-10-12 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-14 08:30 reminded       resolve  due 2026-10-16 17:30 > unit:U20, squad:S04
    2026-10-15 08:30 supervised     progress due 2026-10-12 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-16 17:30 became_overdue resolve  due 2026-10-16 17:30
    2026-10-16 17:30 chased         resolve  due 2026-10-16 17:30 > unit:U20, squad:S04
    2026-10-19 08:30 escalated      resolve  due 2026-10-16 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-21 08:30 supervised     resolve  due 2026-10-16 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-26 08:30 escalated      progress due 2026-10-12 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-10-30 08:30 escalated      resolve  due 2026-10-16 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.IN_PROGRESS,
)

# The enterprise says nothing for 5wd: that is content, and closes.
RESOLVED = Neglect(
    "2026-09-28 09:00",
    (*PLANNED, ("2026-09-29 15:00", *resolve("partly_solved"))),
    """
    2026-10-12 17:30 evaluated
    2026-10-12 17:30 closed > unit:U20
    """,
    Status.CLOSED,
)

# A review promised for the make-up Saturday is due at its midnight: the ladder waits for Monday.
NOT_NOW = Neglect(
    "2026-09-28 09:00",
    (*PLANNED, ("2026-09-29 15:00", *resolve("not_now", review_on="2026-10-10"))),
    """
    2026-10-11 00:00 became_overdue review  due 2026-10-11 00:00 > unit:U20 from 2026-10-12 08:30
    2026-10-12 08:30 chased         review  due 2026-10-11 00:00 > unit:U20, squad:S04
    2026-10-12 08:30 escalated      review  due 2026-10-11 00:00 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-12 17:30 evaluated
    2026-10-14 08:30 supervised     review  due 2026-10-11 00:00 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-23 08:30 escalated      review  due 2026-10-11 00:00 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.RESOLVED,
)

# The pause covers the closings of 29, 30 September and 8 October; the work goes on at noon of the
# 9th, so that is the first day again of what is left: 5 for progress, 10 for the whole.
PAUSED = Neglect(
    "2026-09-28 09:00",
    (
        *PLANNED,
        (
            "2026-09-29 10:00",
            "u20",
            "pause",
            {"reason": "等待上级批复", "until": "2026-10-09T12:00:00+08:00"},
        ),
    ),
    """
    2026-10-09 12:00 resumed > unit:U20, squad:S04 from 2026-10-09 13:30
    2026-10-14 13:30 reminded       progress due 2026-10-14 17:30 > unit:U20, squad:S04
    2026-10-14 17:30 became_overdue progress due 2026-10-14 17:30
    2026-10-14 17:30 chased         progress due 2026-10-14 17:30 > unit:U20, squad:S04
    2026-10-15 08:30 escalated      progress due 2026-10-14 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-19 08:30 reminded       resolve  due 2026-10-21 17:30 > unit:U20, squad:S04
    2026-10-19 08:30 supervised     progress due 2026-10-14 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-21 17:30 became_overdue resolve  due 2026-10-21 17:30
    2026-10-21 17:30 chased         resolve  due 2026-10-21 17:30 > unit:U20, squad:S04
    2026-10-22 08:30 escalated      resolve  due 2026-10-21 17:30 > \
        secretary_unit:NE, chain_leader:NE, (bureau)
    2026-10-26 08:30 supervised     resolve  due 2026-10-21 17:30 > \
        committee, (unit_leader:U20), (bureau)
    2026-10-28 08:30 escalated      progress due 2026-10-14 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    2026-11-04 08:30 escalated      resolve  due 2026-10-21 17:30 > \
        secretary_unit:NE, chain_leader:NE, committee, (bureau)
    """,
    Status.IN_PROGRESS,
)

# All closures are revisited, after which silence doesn't close: 10wd after 12 October (17:30 is
# still the 12th) are 13-16, 19-23, 26 October.
REVISITED = Neglect(
    "2026-09-28 09:00",
    (*PLANNED, ("2026-09-29 15:00", *resolve("partly_solved"))),
    """
    2026-10-12 17:30 evaluated
    2026-10-26 17:30 became_overdue follow_up due 2026-10-26 17:30 > bureau
    2026-10-27 08:30 chased         follow_up due 2026-10-26 17:30 > unit:U20, bureau
    """,
    Status.RESOLVED,
)

STAGES = {
    "listed": (DEFAULT, LISTED),
    "assigned, for three months": (DEFAULT, THREE_MONTHS),
    "assigned, as in Quanzhou": (QUANZHOU, QUANZHOU_2022),
    "claimed": (DEFAULT, CLAIMED),
    "planned": (DEFAULT, WITH_A_PLAN),
    "resolved": (DEFAULT, RESOLVED),
    "resolved, as in Quanzhou": (QUANZHOU, REVISITED),
    "not now": (DEFAULT, NOT_NOW),
    "paused": (DEFAULT, PAUSED),
}


async def listed(park: Park, demand: str, at: datetime, policy: Rules) -> None:
    """A demand that was listed then."""
    await park.list(await park.listing(demand, at, policy), at)


@pytest.mark.parametrize("stage", STAGES)
async def test_a_neglected_demand(park: Park, list_id: str, stage: str) -> None:
    policy, neglect = STAGES[stage]
    demand = f"{list_id}-001"
    await listed(park, demand, park_time(neglect.listed), policy)
    for when, who, kind, fields in neglect.done:
        await park.until(demand, park_time(when))
        await park.home.act(demand, who, kind, **fields)
    await park.until(demand, park_time(neglect.until))

    events = await told(park.home.pool, demand)
    assert [written(event) for event in by_the_clock(events)] == lines(neglect.expected)
    for event in by_the_clock(events):
        late = event.at - (planned(event) or event.at.replace(second=0, microsecond=0))
        assert 0 <= late.total_seconds() < LATE.total_seconds(), written(event)
    assert len(events) == 1 + len(neglect.done) + len(lines(neglect.expected))
    assert (await park.home.state(demand)).status is neglect.status
    await as_in_history(park, demand)


async def as_in_history(park: Park, demand: str) -> None:
    """Ledger and history say the same, and the code says it again."""
    await assert_nothing_left(park.home.pool)
    await assert_agree(park.home.client, park.home.pool, demand)
    (verdict,) = await park.audited([demand])
    assert verdict.ok, verdict.findings
