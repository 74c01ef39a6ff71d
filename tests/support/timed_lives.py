"""Lives of demands with their clocks, by the domain alone: people act, the clock catches up."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain import commands as c
from domain.actors import Actor
from domain.chain import Head, Recorded, append
from domain.decide import decide
from domain.events import Event
from domain.evolve import evolve
from domain.refusal import Refused
from domain.state import DemandState
from domain.tick import tick
from domain.values import Outcome, Role, Squad, Unit
from tests.support.house import CHAIN, ENTERPRISE

POWER = Unit(code="U20", name="市供电局")
HOUSING = Unit(code="U01", name="市住建局")
TEAM = Squad(code="S04", name="要素保障党员突击队")

BUREAU = Actor(account="bureau1", role=Role.BUREAU, post="需求受理")
HANDLER = Actor(account="u20", role=Role.UNIT, post="市供电局联络员", unit="U20")
OTHER = Actor(account="u01", role=Role.UNIT, post="市住建局联络员", unit="U01")
MEMBER = Actor(account="s04", role=Role.SQUAD, post="队长", squad="S04", captain=True)
OWNER = Actor(
    account=f"enterprise:{ENTERPRISE.uscc}",
    role=Role.ENTERPRISE,
    post="联系人",
    enterprise=ENTERPRISE.uscc,
)

ASSIGN = c.Assign(by=BUREAU, unit=POWER, squad=TEAM)
CLAIM = c.Claim(by=HANDLER, responsible_leader="分管副局长", handler=HANDLER.person())
PLAN = c.MakePlan(by=HANDLER, summary="两周内完成")
REPORT = c.ReportProgress(by=MEMBER, text="已踏勘")
RESOLVE = c.Resolve(by=HANDLER, outcome=Outcome.SOLVED, text="已送电")
EVALUATE = c.Evaluate(by=OWNER, score=5)


def listing(**fields: Any) -> c.ListDemand:
    """A demand for power; policy and calendar are the caller's to give."""
    given: dict[str, Any] = {
        "by": BUREAU,
        "demand": "AN-2026Q4-001",
        "list_id": "AN-2026Q4",
        "enterprise": ENTERPRISE,
        "chain": CHAIN,
        "category": "用电",
        "text": "请协调供电部门加快接入。",
    }
    return c.ListDemand(**(given | fields))


@dataclass
class Life:
    """One demand; `state` is None before its listing."""

    state: DemandState | None = None
    head: Head = field(default_factory=Head)
    recorded: list[Recorded] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        """All that happened."""
        return [one.event for one in self.recorded]

    def do(self, at: datetime, command: c.Command) -> Life:
        """The command at that instant, after what the clock had to do before it."""
        self.wait(at)
        self._append(decide(self.state, command, at))
        return self

    def wait(self, until: datetime) -> Life:
        """Let the clock act at each of its instants until then."""
        while self.state is not None:
            instants = [r.agenda[0].at for r in self.state.running if r.agenda]
            due = min(instants, default=None)
            if due is None or due > until:
                break
            self._append(tick(self.state, due))
        return self

    def _append(self, events: Iterable[Event]) -> None:
        events = tuple(events)
        demand = self.state.demand if self.state else events[0].demand  # type: ignore[union-attr]
        mark = f"c{len(self.recorded)}"
        self.head, recorded = append(self.head, demand, mark, events)
        self.recorded += recorded
        for event in events:
            self.state = evolve(self.state, event)


def random_life(seed: int, began: datetime, **fields: Any) -> Life:
    """A demand that people handle now quickly, now late, with pauses and extensions."""
    dice = random.Random(seed)
    at, life = began, Life().do(began, listing(**fields))
    steps: list[Any] = [ASSIGN, CLAIM, PLAN, *[REPORT] * dice.randint(1, 4), RESOLVE, EVALUATE]
    for step in steps[: dice.randint(2, len(steps))]:
        at += timedelta(hours=dice.choice((1, 5, 20, 70, 200)))
        for extra in _extras(dice, at):
            try:
                life.do(at, extra)
            except Refused:
                continue
        try:
            life.do(at, step)
        except Refused:
            break
    return life


def _extras(dice: random.Random, at: datetime) -> Iterable[c.Command]:
    if dice.random() < 0.15:
        yield c.Pause(by=HANDLER, reason="等材料", until=at + timedelta(days=dice.randint(1, 5)))
    if dice.random() < 0.15:
        yield c.AskExtension.model_validate(
            {"by": HANDLER, "more": f"{dice.randint(1, 5)}wd", "reason": "设备未到"}
        )
        if dice.random() < 0.7:
            yield c.GrantExtension(by=BUREAU)
    if dice.random() < 0.1:
        yield c.Resume(by=HANDLER)
