"""Two hundred neglected demands on the real Temporal server equal what the rule book predicts.

People's commands come at the instants of a seeded script, or a little later: the prediction takes
the instants at which they were accepted, because they are the demand's input. All that the clock
makes of them must be the same, and at most `LATE` after the instant that was meant.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from domain.commands import Command, ListDemand
from domain.events import Event
from domain.values import Role
from starter.errors import CommandRefused
from starter.policies import POLICIES, load_policy
from starter.resolve import Resolver
from tests.support.reckoning import assert_agree, assert_nothing_left
from tests.support.scripts import END, Predicted, Script, predict, random_script
from tests.support.skipping import LATE, Park
from tests.support.written import planned, told

pytestmark = [pytest.mark.xdist_group("skipping"), pytest.mark.timeout(600)]

SEED, DEMANDS, AT_ONCE, AUDITED = 20261001, 200, 24, 20
PARK, QUANZHOU = (load_policy(POLICIES / f"{name}.toml") for name in ("default", "quanzhou-2022"))
POLICIES_OF_PARKS = (PARK, PARK, QUANZHOU)


@dataclass
class Lived:
    """What came of a script; for each step the instant it was taken at, or why it was refused."""

    demand: str
    script: Script
    listing: ListDemand
    outcomes: list[datetime | str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


async def live(park: Park, demand: str, script: Script) -> Lived:
    """Live it on the real engines."""
    listing = await park.listing(demand, script.listed, script.policy, urgency=script.urgency)
    lived = Lived(demand, script, listing)
    await park.list(listing, script.listed)
    for step in script.steps:
        await park.until(demand, step.at)
        try:
            accepted = await park.home.act(demand, step.who, step.kind, **step.fields)
            lived.outcomes.append(accepted.answer.events[-1].event.at)
        except CommandRefused as refused:
            lived.outcomes.append(refused.code)
    await park.until(demand, END)
    return lived


def foretold(lived: Lived, resolver: Resolver) -> Predicted:
    """What must come of it, by the rule book alone."""
    script = lived.script

    def command(who: str, kind: str, fields: Any) -> Command:
        return resolver.command(who, kind, fields)

    instants = [
        outcome if isinstance(outcome, datetime) else step.at
        for step, outcome in zip(script.steps, lived.outcomes, strict=True)
    ]
    return predict(script, lived.listing, instants, command)


def essence(event: Event) -> tuple[Any, ...]:
    """All that must be equal exactly: what, which clock, its deadline, and who is told."""
    to = tuple((notice.recipient, notice.code, notice.copy_to) for notice in event.tell)
    clock = tuple(getattr(event, name, None) for name in ("clock", "subject", "due", "number"))
    return event.kind, event.by.account, *clock, planned(event), to


def assert_as_foretold(lived: Lived, expected: Predicted) -> None:
    """The same events, in order, none more, none early, none much later than was meant."""
    refusals = [o for o in lived.outcomes if isinstance(o, str)]
    assert refusals == [o for o in expected.outcomes if isinstance(o, str)], lived.demand
    assert [essence(e) for e in lived.events] == [essence(e) for e in expected.events], lived
    for event, meant in zip(lived.events, expected.events, strict=True):
        assert timedelta() <= event.at - meant.at < LATE, (lived.demand, event, meant)
    for step, at in zip(lived.script.steps, lived.outcomes, strict=True):
        assert isinstance(at, str) or timedelta() <= at - step.at < LATE, (lived.demand, step, at)


async def test_two_hundred_neglected_demands_equal_the_prediction(park: Park, list_id: str) -> None:
    random = Random(SEED)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Lived:
        script = random_script(random, POLICIES_OF_PARKS)
        async with gate:
            return await live(park, f"{list_id}-{number:03d}", script)

    lives = await asyncio.gather(*(one(number) for number in range(1, DEMANDS + 1)))

    await assert_nothing_left(park.home.pool)
    resolver = await park.home.gateway.resolver()
    kinds: Counter[str] = Counter()
    for lived in lives:
        lived.events = await told(park.home.pool, lived.demand)
        assert_as_foretold(lived, foretold(lived, resolver))
        kinds.update(event.kind for event in lived.events if event.by.role is Role.CLOCK)
        kinds.update(o for o in lived.outcomes if isinstance(o, str))
    assert sum(kinds.values()) > 10 * DEMANDS
    assert kinds.keys() >= {
        *("reminded", "became_overdue", "chased", "escalated", "supervised", "resumed"),
        *("evaluated", "overdue_withdrawn", "extension_too_late", "extension_too_long"),
    }, kinds
    some = [lived.demand for lived in lives[:AUDITED]]
    for demand in some:
        await assert_agree(park.home.client, park.home.pool, demand)
    assert all(verdict.ok for verdict in await park.audited(some))
