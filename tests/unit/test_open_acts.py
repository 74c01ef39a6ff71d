"""What somebody may do now: a table for people to read, and random lives beside `decide`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from domain import commands as c
from domain import events as e
from domain.actors import Actor
from domain.authority import ALL_KINDS, CommandKind
from domain.decide import decide
from domain.duration import parse
from domain.open_acts import open_acts
from domain.refusal import Refused
from domain.state import DemandState
from domain.values import Outcome, Person, Unit
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.strategies import COMMAND_TYPES, of_type
from tests.unit.test_domain_random_lives import Lives, LivesWithDeadlines
from tests.unit.wandering import Wanderer


def extension_asked() -> d.Life:
    return d.in_progress().do(d.asked())


def instructed() -> d.Life:
    return d.in_progress().do(c.Instruct(by=w.CHAIN_LEADER, text="请抓紧"))


def accepted() -> d.Life:
    return d.helped().do(c.AcceptCoHandling(by=w.NEIGHBOUR))


def milestones_done() -> d.Life:
    return d.in_progress().do(c.CompleteMilestone(by=w.MEMBER, milestone=1))


def evaluated_not_now() -> d.Life:
    return d.in_progress().do(
        w.put_off(d.park("05-01 00:00").date()), c.Evaluate(by=w.OWNER, score=4)
    )


def to_revisit() -> d.Life:
    policy = d.rules(evaluation={"follow_up": 100, "rounds": 2})
    return d.resolved(policy).do(c.Evaluate(by=w.OWNER, score=4))


MOMENTS: dict[str, Callable[[], w.Story]] = {
    "listed": lambda: d.Life().listed(),
    "listed, to be adjudicated": d.adjudicating,
    "assigned": d.assigned,
    "claimed": d.claimed,
    "in progress": d.in_progress,
    "in progress, handed to a member": lambda: d.in_progress().do(
        c.Hand(by=w.CAPTAIN, to=w.MEMBER.person())
    ),
    "in progress, every milestone done": milestones_done,
    "in progress, an extension asked for": extension_asked,
    "in progress, instructed": instructed,
    "in progress, a part asked of the neighbour": d.helped,
    "in progress, the neighbour has accepted": accepted,
    "paused": d.paused,
    "resolved": d.resolved,
    "resolved, not now, evaluated": evaluated_not_now,
    "resolved, to be revisited": to_revisit,
    "closed": lambda: d.resolved().do(c.Evaluate(by=w.OWNER, score=5)),
    "in progress, without deadlines": w.in_progress,
}

# In the order of the buttons. Whoever isn't named may do nothing at that moment.
TABLE = """
listed
    clerk         assign supervise amend supply_material withdraw reject adopt_calendar
    secretary     assign
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
listed, to be adjudicated
    clerk         adjudicate supervise amend supply_material withdraw reject adopt_calendar
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
assigned
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       claim return contact ask_extension
    deputy        claim return contact ask_extension
    captain       contact
    member        contact
    colleague     contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
claimed
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       plan hand contact ask_co_handling pause ask_extension
    deputy        plan hand contact ask_co_handling pause ask_extension
    captain       hand contact
    member        contact
    colleague     contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    deputy        report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    captain       hand report_progress complete_milestone contact
    member        report_progress complete_milestone contact
    colleague     report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, handed to a member
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    deputy        report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    captain       report_progress complete_milestone hand contact
    member        report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, every milestone done
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       resolve report_progress hand contact ask_co_handling pause ask_extension plan
    deputy        resolve report_progress hand contact ask_co_handling pause ask_extension plan
    captain       hand report_progress contact
    member        report_progress contact
    colleague     report_progress contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, an extension asked for
    clerk         grant_extension refuse_extension supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       report_progress complete_milestone resolve hand contact ask_co_handling pause plan
    deputy        report_progress complete_milestone resolve hand contact ask_co_handling pause plan
    captain       hand report_progress complete_milestone contact
    member        report_progress complete_milestone contact
    colleague     report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, instructed
    clerk         supervise respond reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       respond report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    deputy        respond report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    captain       hand report_progress complete_milestone contact
    member        report_progress complete_milestone contact
    colleague     report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, a part asked of the neighbour
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    deputy        report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    neighbour     accept_co_handling report_co_handling finish_co_handling
    captain       hand report_progress complete_milestone contact
    member        report_progress complete_milestone contact
    colleague     report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
in progress, the neighbour has accepted
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    deputy        report_progress complete_milestone resolve hand contact ask_co_handling pause ask_extension plan
    neighbour     report_co_handling finish_co_handling
    captain       hand report_progress complete_milestone contact
    member        report_progress complete_milestone contact
    colleague     report_progress complete_milestone contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
paused
    clerk         supervise reassign amend supply_material withdraw adopt_calendar
    secretary     reassign
    handler       resume hand contact
    deputy        resume hand contact
    captain       hand contact
    member        contact
    colleague     contact
    owner         supply_material withdraw
    chain_leader  instruct supervise
    park_leader   instruct supervise
    operator      amend adopt_calendar
resolved
    clerk         evaluate supervise amend supply_material withdraw adopt_calendar
    owner         evaluate supply_material withdraw
    chain_leader  supervise
    park_leader   supervise
    operator      amend adopt_calendar
resolved, not now, evaluated
    clerk         supervise amend supply_material withdraw adopt_calendar
    handler       plan resolve
    deputy        plan resolve
    owner         supply_material withdraw
    chain_leader  supervise
    park_leader   supervise
    operator      amend adopt_calendar
resolved, to be revisited
    clerk         follow_up supervise amend supply_material withdraw adopt_calendar
    owner         supply_material withdraw
    chain_leader  supervise
    park_leader   supervise
    operator      amend adopt_calendar
closed
in progress, without deadlines
    clerk         reassign amend supply_material withdraw
    secretary     reassign
    handler       report_progress complete_milestone resolve hand pause plan
    deputy        report_progress complete_milestone resolve hand pause plan
    captain       hand report_progress complete_milestone
    member        report_progress complete_milestone
    colleague     report_progress complete_milestone
    owner         supply_material withdraw
    operator      amend
"""  # noqa: E501


def table() -> dict[str, dict[str, list[str]]]:
    """moment → person → acts."""
    found: dict[str, dict[str, list[str]]] = {}
    moment = ""
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            moment = line
            found[moment] = {}
        else:
            who, *acts = line.split()
            found[moment][who] = acts
    return found


def test_the_table_names_every_moment() -> None:
    assert list(table()) == list(MOMENTS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_open_to_whom(moment: str) -> None:
    life = MOMENTS[moment]()
    found = {
        name: list(acts)
        for name, actor in w.EVERYBODY.items()
        if (acts := open_acts(actor, life.state, life.at))
    }
    assert found == table()[moment]


def test_before_the_listing_there_is_only_the_listing() -> None:
    found = {name for name, actor in w.EVERYBODY.items() if open_acts(actor, None, w.START)}
    assert found == {"clerk", "operator"}
    assert open_acts(w.CLERK, None, w.START) == ("list",)


# ---- the same as decide --------------------------------------------------------------------------

MET: Counter[CommandKind] = Counter()
"""The kinds that were open to somebody in some life."""

NEW_UNIT = Unit(code="U-NEW", name="新单位")


def proposals(
    kind: CommandKind, by: Actor, state: DemandState, at: datetime
) -> Iterator[c.Command]:
    """Well-formed commands of that kind: one of them fits, if any does."""
    text = {"by": by, "text": "x"}
    reason = {"by": by, "reason": "x"}
    lead = state.unit.code if state.unit else None
    match kind:
        case "list":
            yield w.listing(by=by)
        case "amend":
            yield from (c.Amend(by=by, remark=remark) for remark in ("甲", "乙"))
        case "reject":
            yield c.Reject.model_validate(reason)
        case "assign":
            yield w.assignment(by=by)
        case "reassign":
            yield c.Reassign(by=by, unit=NEW_UNIT, reason="x")
        case "claim":
            handler = Person(account="z", post="z", unit=lead)
            yield c.Claim(by=by, responsible_leader="x", handler=handler)
        case "return":
            yield c.Return(by=by, reason="x", legal_basis="x")
        case "plan":
            yield c.MakePlan(by=by, summary="x")
        case "hand":
            squad = state.squad.code if state.squad else None
            yield c.Hand(by=by, to=Person(account="z", post="z", unit=lead))
            yield c.Hand(by=by, to=Person(account="z", post="z", squad=squad))
        case "report_progress":
            yield c.ReportProgress.model_validate(text)
        case "complete_milestone":
            numbers = range(1, state.next_milestone)
            yield from (c.CompleteMilestone(by=by, milestone=number) for number in numbers)
        case "pause":
            yield c.Pause(by=by, reason="x", until=at + timedelta(seconds=1))
        case "resume":
            yield c.Resume(by=by)
        case "resolve":
            yield c.Resolve(by=by, outcome=Outcome.EXPLAINED, text="x")
        case "evaluate":
            yield c.Evaluate(by=by, score=3, call_note="x")
        case "withdraw":
            yield c.Withdraw(by=by, reason="x", call_note="x")
        case "supply_material":
            yield c.SupplyMaterial(by=by, text="x", call_note="x")
        case "contact":
            yield c.ContactEnterprise(by=by, note="x")
        case "ask_extension":
            yield c.AskExtension(by=by, more=parse("1s"), reason="x")
        case "grant_extension":
            yield c.GrantExtension(by=by)
        case "refuse_extension":
            yield c.RefuseExtension.model_validate(reason)
        case "ask_co_handling":
            yield c.AskCoHandling(by=by, unit=NEW_UNIT, request="x")
        case "accept_co_handling":
            yield c.AcceptCoHandling(by=by)
        case "report_co_handling":
            yield c.ReportCoHandling.model_validate(text)
        case "finish_co_handling":
            yield c.FinishCoHandling.model_validate(text)
        case "instruct":
            yield c.Instruct.model_validate(text)
        case "respond":
            numbers = range(1, len(state.instructions) + 1)
            yield from (c.Respond(by=by, instruction=number, text="x") for number in numbers)
        case "supervise":
            yield c.Supervise.model_validate(reason)
        case "adjudicate":
            yield d.ruling().model_copy(update={"by": by})
        case "follow_up":
            yield c.FollowUp(by=by, text="x", satisfied=True)
        case "adopt_calendar":
            yield d.adopted("another").model_copy(update={"by": by})


def accepts(state: DemandState | None, command: c.Command, at: datetime) -> bool:
    try:
        decide(state, command, at)
    except Refused:
        return False
    return True


def check_buttons(state: DemandState, at: datetime) -> None:
    """What is open to somebody is what one of the well-formed commands would do."""
    for by in w.EVERYBODY.values():
        offered = open_acts(by, state, at)
        MET.update(offered)
        fits = {
            kind
            for kind in ALL_KINDS
            if any(accepts(state, one, at) for one in proposals(kind, by, state, at))
        }
        assert fits == set(offered), by.account
        assert len(fits) == len(offered)


@pytest.mark.parametrize("seed", range(6))
def test_wandering_lives_keep_it(seed: int) -> None:
    policy = d.rules(evaluation={"rounds": 2, "follow_up": 50})
    for life in Wanderer(seed, policy, d.CALENDAR, acts=16).steps():
        check_buttons(life.state, life.at)


def test_every_moment_keeps_it() -> None:
    MET.clear()
    for begin in MOMENTS.values():
        life = begin()
        check_buttons(life.state, life.at)
    assert set(ALL_KINDS) - set(MET) == {"list"}


class Buttons(Lives):
    """Whatever anybody does, it was offered to them if and only if it could be done."""

    def act(self, command: c.Command, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.catch_up()
        assert self.is_open(command) or not accepts(self.state, command, self.at)
        super().act(command, 0)

    def record(self, events: tuple[e.Event, ...], command: c.Command | None) -> None:
        super().record(events, command)
        assert self.state is not None
        check_buttons(self.state, self.at)

    @rule(command=st.sampled_from(COMMAND_TYPES).flatmap(of_type))
    def anybody_tries(self, command: c.Command) -> None:
        assert self.is_open(command) or not accepts(self.state, command, self.at)

    def is_open(self, command: c.Command) -> bool:
        return command.kind in open_acts(command.by, self.state, self.at)


class ButtonsWithDeadlines(Buttons, LivesWithDeadlines):
    """The same under rules that set deadlines."""


@pytest.mark.parametrize("lives", [Buttons, ButtonsWithDeadlines])
def test_what_is_open_is_what_decide_accepts(lives: type[Buttons]) -> None:
    MET.clear()
    timed = lives is ButtonsWithDeadlines
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=12 if timed else 60,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
        ),
    )
    assert len(MET) >= (24 if timed else 15), sorted(set(ALL_KINDS) - set(MET))
