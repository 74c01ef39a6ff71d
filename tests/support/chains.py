"""Chains of events made by the domain alone, to write into the ledger in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.actors import Actor
from domain.chain import Head, Recorded, append
from domain.commands import Amend, ListDemand
from domain.decide import decide
from domain.evolve import fold
from domain.policy import Policy
from domain.state import DemandState
from domain.values import Role
from tests.support.house import CHAIN, ENTERPRISE

BUREAU = Actor(account="bureau1", role=Role.BUREAU, post="需求受理")
POLICY = Policy(name="park", version="1", source="test")
BEGAN = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """What one command brought about, and the state after it."""

    events: tuple[Recorded, ...]
    state: DemandState


def list_demand(demand: str, by: Actor = BUREAU, text: str = "请协调供电。") -> ListDemand:
    """The command that every demand begins with."""
    return ListDemand(
        by=by,
        demand=demand,
        list_id=demand.rpartition("-")[0],
        enterprise=ENTERPRISE,
        chain=CHAIN,
        category="用电",
        text=text,
        policy=POLICY,
    )


def chain(demand: str, length: int, mark: str = "第") -> list[Step]:
    """A demand that is listed and then amended again and again; another `mark`, another chain."""
    head, state, steps = Head(), None, []
    for number in range(length):
        at = BEGAN + timedelta(minutes=number)
        command = (
            list_demand(demand, text=f"{mark}请协调供电。")
            if state is None
            else Amend(by=BUREAU, remark=f"{mark}{number}")
        )
        events = decide(state, command, at)
        head, recorded = append(head, demand, f"{mark}-{number}", events)
        state = fold([*(e.event for s in steps for e in s.events), *events])
        assert state is not None
        steps.append(Step(recorded, state))
    return steps
