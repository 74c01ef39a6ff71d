"""The small park of the domain's tests: its people, its commands, and a story told with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from domain import commands as c
from domain.actors import CLOCK, Actor, operator
from domain.chain import Head, Recorded, append
from domain.decide import decide
from domain.events import Event
from domain.evolve import evolve
from domain.policy import Policy
from domain.refusal import RefusalCode, Refused
from domain.state import DemandState
from domain.values import (
    Attachment,
    Chain,
    Contact,
    Enterprise,
    Outcome,
    Role,
    SourceRow,
    Squad,
    Unit,
    Urgency,
)

START = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
DEMAND = "AN-2026Q1-001"

BIO = Chain(code="BIO", name="生物医药")
HOUSING = Unit(code="U-HOUSING", name="住建局")
POWER = Unit(code="U-POWER", name="供电局")
CENTRE = Unit(code="U-CENTRE", name="服务中心")
PIONEERS = Squad(code="S-1", name="先锋突击队")
RESERVES = Squad(code="S-2", name="预备突击队")
ACME = Enterprise(uscc="91530181MA6K000001", name="某某生物有限公司")

CLERK = Actor(account="clerk", role=Role.BUREAU, post="服务中心干事", unit=CENTRE.code)
SECRETARY = Actor(
    account="secretary", role=Role.UNIT, post="书记单位干事", unit="U-SEC", secretary_of=("BIO",)
)
OTHER_SECRETARY = Actor(
    account="secretary2", role=Role.UNIT, post="书记单位干事", unit="U-SEC2", secretary_of=("TEA",)
)
HANDLER = Actor(account="handler", role=Role.UNIT, post="经办人", unit=HOUSING.code)
DEPUTY = Actor(account="deputy", role=Role.UNIT, post="副经办人", unit=HOUSING.code)
NEIGHBOUR = Actor(account="neighbour", role=Role.UNIT, post="经办人", unit=POWER.code)
CAPTAIN = Actor(account="captain", role=Role.SQUAD, post="队长", squad=PIONEERS.code, captain=True)
MEMBER = Actor(account="member", role=Role.SQUAD, post="队员甲", squad=PIONEERS.code)
COLLEAGUE = Actor(account="colleague", role=Role.SQUAD, post="队员乙", squad=PIONEERS.code)
STRANGER = Actor(account="stranger", role=Role.SQUAD, post="队员", squad=RESERVES.code)
FOREIGN_CAPTAIN = Actor(
    account="captain2", role=Role.SQUAD, post="队长", squad=RESERVES.code, captain=True
)
OWNER = Actor(
    account=f"enterprise:{ACME.uscc}", role=Role.ENTERPRISE, post="联系人", enterprise=ACME.uscc
)
OTHER_OWNER = Actor(
    account="enterprise:91530181MA6K000002",
    role=Role.ENTERPRISE,
    post="联系人",
    enterprise="91530181MA6K000002",
)
CHAIN_LEADER = Actor(account="leader", role=Role.LEADER, post="链长", leads=("BIO",))
OTHER_LEADER = Actor(account="leader2", role=Role.LEADER, post="链长", leads=("TEA",))
PARK_LEADER = Actor(account="park", role=Role.LEADER, post="管委会主任", park_wide=True)
AUDITOR = Actor(account="auditor", role=Role.AUDITOR, post="审计员")
ADMIN = Actor(account="admin", role=Role.ADMIN, post="管理员")
OPERATOR = operator("root")

EVERYBODY: dict[str, Actor] = {
    "clerk": CLERK,
    "secretary": SECRETARY,
    "other_secretary": OTHER_SECRETARY,
    "handler": HANDLER,
    "deputy": DEPUTY,
    "neighbour": NEIGHBOUR,
    "captain": CAPTAIN,
    "member": MEMBER,
    "colleague": COLLEAGUE,
    "stranger": STRANGER,
    "foreign_captain": FOREIGN_CAPTAIN,
    "owner": OWNER,
    "other_owner": OTHER_OWNER,
    "chain_leader": CHAIN_LEADER,
    "other_leader": OTHER_LEADER,
    "park_leader": PARK_LEADER,
    "auditor": AUDITOR,
    "admin": ADMIN,
    "operator": OPERATOR,
    "clock": CLOCK,
}

POLICY = Policy(name="安宁园区", version="2026-1", source="安工管〔2026〕1号")


PHOTO = Attachment(
    sha256="ab" * 32, name="现场.jpg", media_type="image/jpeg", size=40_000, width=1600, height=1200
)
FORM = Attachment(sha256="cd" * 32, name="申请表.pdf", media_type="application/pdf", size=9_000)


def listing(by: Actor = CLERK, **fields: Any) -> c.ListDemand:
    """A demand for a power line."""
    given: dict[str, Any] = {
        "demand": DEMAND,
        "list_id": "AN-2026Q1",
        "meeting": "2026年第一季度联席会议",
        "enterprise": ACME,
        "chain": BIO,
        "category": "用电",
        "urgency": Urgency.URGENT,
        "text": "厂区用电容量不足，请协调增容。",
        "raised_on": date(2026, 3, 1),
        "contact": Contact(name="王经理", phone="13800000000"),
        "source": SourceRow(file="清单.xlsx", sheet="一季度", row=4),
        "policy": POLICY,
    }
    return c.ListDemand(by=by, **(given | fields))


def assignment(by: Actor = CLERK, unit: Unit = HOUSING, squad: Squad | None = PIONEERS) -> c.Assign:
    return c.Assign(by=by, unit=unit, squad=squad)


def claim(by: Actor = HANDLER, squad: Squad | None = None) -> c.Claim:
    return c.Claim(by=by, responsible_leader="分管副局长", handler=by.person(), squad=squad)


def plan(*titles: str, by: Actor = HANDLER, due_on: date | None = None) -> c.MakePlan:
    drafts = tuple(c.MilestoneDraft(title=title, due_on=due_on) for title in titles)
    return c.MakePlan(by=by, summary="分步实施", milestones=drafts)


def resolution(outcome: Outcome = Outcome.SOLVED, by: Actor = HANDLER, **more: Any) -> c.Resolve:
    return c.Resolve(by=by, outcome=outcome, text="已完成", **more)


def put_off(review_on: date = date(2026, 9, 1)) -> c.Resolve:
    return resolution(Outcome.NOT_NOW, review_on=review_on)


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


class Story:
    """One demand, an hour between two acts; every act and every refusal is checked on the way."""

    def __init__(self) -> None:
        self.at = START
        self.past: DemandState | None = None
        self.events: list[Event] = []
        self.recorded: list[Recorded] = []
        self.head = Head()

    @property
    def state(self) -> DemandState:
        assert self.past is not None
        return self.past

    def do(self, *commands: c.Command) -> Story:
        """Carry the commands out, one after the other."""
        for command in commands:
            self.at += timedelta(hours=1)
            events = decide(self.past, command, self.at)
            self.head, recorded = append(self.head, DEMAND, f"c{len(self.recorded)}", events)
            for event in events:
                self.past = evolve(self.past, event)
            self.events += events
            self.recorded += recorded
        return self

    def refuse(self, command: c.Command, code: RefusalCode) -> dict[str, str]:
        """The command is refused with that code and the state left alone; the facts."""
        before = self.past.model_dump_json() if self.past else None
        with pytest.raises(Refused) as refused:
            decide(self.past, command, self.at)
        assert refused.value.code is code
        assert (self.past.model_dump_json() if self.past else None) == before
        return refused.value.facts

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


def listed() -> Story:
    return Story().do(listing())


def assigned() -> Story:
    return listed().do(assignment())


def claimed() -> Story:
    return assigned().do(claim())


def in_progress(*titles: str) -> Story:
    return claimed().do(plan(*(titles or ("勘察", "施工"))))


def resolved() -> Story:
    return in_progress("勘察").do(
        c.CompleteMilestone(by=MEMBER, milestone=1),
        c.ReportProgress(by=MEMBER, text="已送电", percent=100),
        resolution(Outcome.SOLVED),
    )


def deferred() -> Story:
    """Resolved with "not now": still open."""
    return in_progress().do(put_off())


def closed() -> Story:
    return resolved().do(c.Evaluate(by=OWNER, score=5))


def rejected() -> Story:
    return listed().do(c.Reject(by=CLERK, reason="不属于本园区"))


def withdrawn() -> Story:
    return in_progress().do(c.Withdraw(by=OWNER, reason="已自行解决"))


def whole_life() -> Story:
    """A life in which every kind of event of an unended demand happens, and then it is closed."""
    return Story().do(
        listing(),
        c.Amend(by=CLERK, remark="企业已搬迁", contact=Contact(name="李经理")),
        assignment(unit=POWER, squad=None),
        c.Return(by=NEIGHBOUR, reason="不属供电职责", legal_basis="三定方案第五条"),
        assignment(by=SECRETARY, squad=RESERVES),
        c.Reassign(by=CLERK, unit=HOUSING, squad=PIONEERS, reason="职责调整"),
        claim(),
        plan("勘察", "施工", due_on=date(2026, 4, 30)),
        c.Hand(by=CAPTAIN, to=MEMBER.person()),
        c.ReportProgress(by=MEMBER, text="已进场", percent=40),
        c.Pause(by=HANDLER, reason="等待企业补充材料", until=START + timedelta(days=20)),
        c.SupplyMaterial(by=OWNER, text="盖章的申请表", attachments=(FORM, PHOTO)),
        c.Resume(by=HANDLER, note="材料已到"),
        c.CompleteMilestone(by=MEMBER, milestone=1, note="勘察完成"),
        put_off(),
        c.Evaluate(by=CLERK, score=1, comment="没有解决", call_note="3月20日电话"),
        plan("重新施工"),
        resolution(Outcome.PARTLY_SOLVED),
        c.Evaluate(by=OWNER, score=4, comment="满意"),
    )
