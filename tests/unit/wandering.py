"""Random lives under a rule set: somebody does something that may fit, and time passes.

By a seed, so that a life can be told again; weighted, so that most lives get somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from domain import commands as c
from domain.calendar import PARK_TIME, Calendar, Holiday
from domain.refusal import Refused
from domain.rules import Rules
from domain.state import DemandState
from domain.values import Outcome, Status, Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

UNITS = (w.HOUSING, w.POWER, w.CENTRE)
PEOPLE = {w.HOUSING.code: w.HANDLER, w.POWER.code: w.NEIGHBOUR, w.CENTRE.code: w.CLERK}
MORE = {False: ("1wd", "3wd", "4wh", "2d"), True: ("10s", "40s", "2m")}

Weighted = dict[c.Command, int]


class Wanderer:
    """One random life; `steps` yields it after each act and after the time before the next."""

    def __init__(self, seed: int, policy: Rules, calendar: Calendar, acts: int = 30) -> None:
        self.random = Random(seed)
        self.life = d.Life(policy, calendar)
        self.acts = acts
        self.seconds = policy.office.never_closes
        self.adoptions = 0
        urgency = self.random.choice(list(Urgency))
        self.life.listed(urgency=urgency, category=self.random.choice(["用电", "用工"]))

    def steps(self) -> Iterator[d.Life]:
        """The life at each of its moments."""
        yield self.life
        for _ in range(self.acts):
            if not self.life.state.open:
                return
            self.life.until(self.life.at + self.some_time())
            yield self.life
            if self.life.state.open:
                self.act()
                yield self.life

    def whole(self) -> d.Life:
        """The life when all has been done."""
        for _ in self.steps():
            pass
        return self.life

    def some_time(self) -> timedelta:
        """Minutes, hours or days; seconds where the clocks count these."""
        if self.seconds:
            return timedelta(seconds=self.random.randint(0, 25))
        scale = self.random.random()
        if scale < 0.35:
            return timedelta(minutes=self.random.randint(0, 90))
        if scale < 0.85:
            return timedelta(hours=self.random.randint(0, 30))
        return timedelta(days=self.random.randint(1, 12), seconds=7)

    def act(self) -> None:
        """Somebody does something, which may be refused, and changes nothing then."""
        weighted = self.proposals(self.life.state)
        (command,) = self.random.choices([one for one, _ in weighted], [n for _, n in weighted])
        before = self.life.state
        try:
            self.life.now(command)
        except Refused:
            assert self.life.state == before

    def proposals(self, state: DemandState) -> list[tuple[c.Command, int]]:
        """What may be done now, and how often it is."""
        usual = {
            Status.LISTED: self.listed,
            Status.ASSIGNED: self.assigned,
            Status.CLAIMED: self.working,
            Status.IN_PROGRESS: self.working,
            Status.RESOLVED: self.resolved,
        }[state.status]
        return [*usual(state), *self.answers(state), *self.beside(state)]

    def listed(self, state: DemandState) -> list[tuple[c.Command, int]]:
        unit = self.random.choice(UNITS)
        rejecting: tuple[c.Command, int] = (c.Reject(by=w.CLERK, reason="x"), 2)
        if state.adjudicating:
            return [(d.ruling(unit), 60), (w.assignment(), 5), rejecting]
        return [(w.assignment(unit=unit), 60), (w.assignment(unit=unit, squad=None), 20), rejecting]

    def assigned(self, state: DemandState) -> list[tuple[c.Command, int]]:
        unit = self.lead(state)
        return [(w.claim(by=unit), 50), (d.returning(unit), 18), (self.reassigning(), 6)]

    def working(self, state: DemandState) -> list[tuple[c.Command, int]]:
        unit = self.lead(state)
        until = self.life.at + self.some_time() * self.random.randint(1, 4)
        acts: list[tuple[c.Command, int]] = [
            (c.Pause(by=unit, reason="等材料", until=until), 14),
            (c.AskCoHandling(by=unit, unit=self.random.choice(UNITS), request="x"), 10),
            (self.reassigning(), 2),
            (w.plan("勘察", by=unit), 40 if state.status is Status.CLAIMED else 2),
        ]
        if state.pause is not None:
            acts.append((c.Resume(by=unit), 20))
        if state.status is Status.IN_PROGRESS:
            acts += [(c.ReportProgress(by=unit, text="x"), 10), (self.resolving(unit), 16)]
        return acts

    def resolved(self, state: DemandState) -> list[tuple[c.Command, int]]:
        unit = self.lead(state)
        acts: list[tuple[c.Command, int]] = [
            (c.Evaluate(by=w.OWNER, score=self.random.randint(1, 5)), 30)
        ]
        if state.awaits_follow_up:
            satisfied = self.random.random() < 0.6
            acts.append((c.FollowUp(by=w.CLERK, text="x", satisfied=satisfied), 40))
        if state.reviewable:
            acts += [(w.plan(by=unit), 15), (self.resolving(unit), 15)]
        return acts

    def answers(self, state: DemandState) -> list[tuple[c.Command, int]]:
        """What others wait for."""
        acts: list[tuple[c.Command, int]] = []
        if state.extension is not None:
            acts.append((c.GrantExtension(by=w.CLERK), 15))
            acts.append((c.RefuseExtension(by=w.CLERK, reason="x"), 4))
        for part in state.co_handlings:
            if part.open:
                by = PEOPLE[part.unit.code]
                acts.append((c.AcceptCoHandling(by=by), 5))
                acts.append((c.ReportCoHandling(by=by, text="x"), 3))
                acts.append((c.FinishCoHandling(by=by, text="x"), 10))
        for one in state.instructions:
            if one.responded_at is None:
                acts.append((c.Respond(by=w.CLERK, instruction=one.number, text="x"), 5))
        return acts

    def beside(self, state: DemandState) -> list[tuple[c.Command, int]]:
        """What may be done at many times."""
        urgency = self.random.choice(list(Urgency))
        acts: list[tuple[c.Command, int]] = [
            (
                c.Amend(by=w.CLERK, urgency=urgency, category=self.random.choice(["用电", "用工"])),
                6,
            ),
            (c.Instruct(by=self.random.choice([w.CHAIN_LEADER, w.PARK_LEADER]), text="x"), 5),
            (c.Supervise(by=w.CLERK, reason="x"), 2),
            (self.adopting(), 6),
            (c.SupplyMaterial(by=w.OWNER, text="x", attachments=(w.PHOTO,)), 2),
            (c.Withdraw(by=w.OWNER, reason="x"), 1),
        ]
        if state.unit is not None:
            more = self.random.choice(MORE[self.seconds])
            asking = d.asked(more).model_copy(update={"by": self.lead(state)})
            talk = c.ContactEnterprise(
                by=self.lead(state), note="x", answers=self.random.random() < 0.5
            )
            acts += [(asking, 14), (talk, 6)]
        return acts

    def reassigning(self) -> c.Command:
        return c.Reassign(by=w.CLERK, unit=self.random.choice(UNITS), squad=w.PIONEERS, reason="x")

    def resolving(self, unit: Any) -> c.Command:
        outcome = self.random.choice([Outcome.EXPLAINED, Outcome.EXPLAINED, Outcome.NOT_NOW])
        ahead = timedelta(days=self.random.randint(1, 40))
        review_on = self.life.at.astimezone(PARK_TIME).date() + ahead
        return w.resolution(outcome, by=unit, review_on=review_on)

    def adopting(self) -> c.Command:
        """Days off somewhere around now, or the calendar as it was."""
        self.adoptions += 1
        first = self.life.at.astimezone(PARK_TIME).date() + timedelta(
            days=self.random.randint(-15, 15)
        )
        last = first + timedelta(days=self.random.randint(0, 8))
        if first.year != last.year or first.year != date(2026, 1, 1).year:
            return d.adopted(f"again-{self.adoptions}")
        off = Holiday(name="休", first=first, last=last)
        return d.adopted(f"moved-{self.adoptions}", holidays=(off,))

    def lead(self, state: DemandState) -> Any:
        return PEOPLE[state.unit.code] if state.unit else w.HANDLER
