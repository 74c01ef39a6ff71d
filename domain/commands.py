"""What people ask for, in the imperative. One typed union; each carries the actor behind it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.actors import Actor
from domain.calendar import CalendarInForce
from domain.duration import Written
from domain.policy import PolicyInForce
from domain.values import (
    MOST_ATTACHMENTS,
    Attachment,
    Chain,
    Contact,
    Day,
    Enterprise,
    Instant,
    LongText,
    OptionalText,
    Outcome,
    Person,
    ShortText,
    SourceRow,
    Squad,
    Unit,
    Urgency,
    Value,
)

Attachments = Annotated[tuple[Attachment, ...], Field(max_length=MOST_ATTACHMENTS)]


class CommandBase(Value):
    """Common to all commands: who acts."""

    by: Actor


class ListDemand(CommandBase):
    """列单: put a demand on a list. The first command of every demand."""

    kind: Literal["list"] = "list"
    demand: ShortText
    list_id: ShortText
    meeting: OptionalText = ""
    enterprise: Enterprise
    chain: Chain
    category: ShortText
    urgency: Urgency = Urgency.GENERAL
    text: LongText
    raised_on: date | None = None
    contact: Contact = Contact()
    remark: OptionalText = ""
    source: SourceRow | None = None
    possible_duplicates: tuple[str, ...] = ()
    policy: PolicyInForce
    calendar: CalendarInForce | None = None


class Amend(CommandBase):
    """更正: correct what was written down. None leaves a field as it is; the text stays."""

    kind: Literal["amend"] = "amend"
    category: ShortText | None = None
    urgency: Urgency | None = None
    raised_on: date | None = None
    contact: Contact | None = None
    remark: OptionalText | None = None
    reason: OptionalText = ""


class Reject(CommandBase):
    """不予受理: not a matter for this park."""

    kind: Literal["reject"] = "reject"
    reason: LongText


class Assign(CommandBase):
    """交办: give the demand to a unit, with the squad that the routing suggests."""

    kind: Literal["assign"] = "assign"
    unit: Unit
    squad: Squad | None = None
    note: OptionalText = ""


class Reassign(CommandBase):
    """改派: take the demand from its unit and give it to another, or to another squad."""

    kind: Literal["reassign"] = "reassign"
    unit: Unit
    squad: Squad | None = None
    reason: LongText


class Claim(CommandBase):
    """认领: the unit accepts, naming the responsible leader and the handler (经办人)."""

    kind: Literal["claim"] = "claim"
    responsible_leader: ShortText
    handler: Person
    squad: Squad | None = None


class Return(CommandBase):
    """退回: the unit says that it isn't its matter, and by what rule."""

    kind: Literal["return"] = "return"
    reason: LongText
    legal_basis: LongText


class MilestoneDraft(Value):
    """A step of a plan as the unit writes it."""

    title: ShortText
    due_on: Day | None = None


class MakePlan(CommandBase):
    """项目清单: how the unit will solve it. A later plan keeps what is already completed."""

    kind: Literal["plan"] = "plan"
    summary: LongText
    milestones: tuple[MilestoneDraft, ...] = Field(default=(), max_length=50)


class Hand(CommandBase):
    """Give the work to a member of the squad, or to another handler of the unit."""

    kind: Literal["hand"] = "hand"
    to: Person


class ReportProgress(CommandBase):
    """What was done, and how far it is; percent never goes backward within a round."""

    kind: Literal["report_progress"] = "report_progress"
    text: LongText
    percent: int | None = Field(default=None, ge=0, le=100)
    attachments: Attachments = ()


class CompleteMilestone(CommandBase):
    """A milestone of the plan is done."""

    kind: Literal["complete_milestone"] = "complete_milestone"
    milestone: int = Field(ge=1, le=1_000_000)
    note: OptionalText = ""
    attachments: Attachments = ()


class Pause(CommandBase):
    """挂起: the work waits for something outside, with a reason and an end."""

    kind: Literal["pause"] = "pause"
    reason: LongText
    until: Instant


class Resume(CommandBase):
    """恢复: the work goes on."""

    kind: Literal["resume"] = "resume"
    note: OptionalText = ""


class Resolve(CommandBase):
    """办结: the unit's word on what came of it. "Not now" needs the date of its review."""

    kind: Literal["resolve"] = "resolve"
    outcome: Outcome
    text: LongText
    review_on: Day | None = None
    attachments: Attachments = ()


class Evaluate(CommandBase):
    """评价: the enterprise's word, 1 to 5; the bureau may record it with a note of the call."""

    kind: Literal["evaluate"] = "evaluate"
    score: int = Field(ge=1, le=5)
    comment: OptionalText = ""
    call_note: OptionalText = ""


class Withdraw(CommandBase):
    """撤回: the enterprise no longer needs it; the bureau may record it with a note of the call."""

    kind: Literal["withdraw"] = "withdraw"
    reason: LongText
    call_note: OptionalText = ""


class SupplyMaterial(CommandBase):
    """补充材料: what the enterprise adds to its demand; the bureau may record it with a note of
    the call. There must be a text or a file."""

    kind: Literal["supply_material"] = "supply_material"
    text: OptionalText = ""
    attachments: Attachments = ()
    call_note: OptionalText = ""


class ContactEnterprise(CommandBase):
    """联系企业: the unit spoke with the enterprise; `answers` where it gave a first answer."""

    kind: Literal["contact"] = "contact"
    note: LongText
    answers: bool = False


class AskExtension(CommandBase):
    """申请延期: the unit needs so much more time, and says why."""

    kind: Literal["ask_extension"] = "ask_extension"
    more: Written
    reason: LongText


class GrantExtension(CommandBase):
    """同意延期: the bureau grants what was asked for."""

    kind: Literal["grant_extension"] = "grant_extension"
    note: OptionalText = ""


class RefuseExtension(CommandBase):
    """不同意延期: the deadline stays."""

    kind: Literal["refuse_extension"] = "refuse_extension"
    reason: LongText


class AskCoHandling(CommandBase):
    """请求协办: the lead unit asks another unit to do a part."""

    kind: Literal["ask_co_handling"] = "ask_co_handling"
    unit: Unit
    request: LongText


class AcceptCoHandling(CommandBase):
    """接受协办."""

    kind: Literal["accept_co_handling"] = "accept_co_handling"
    note: OptionalText = ""


class ReportCoHandling(CommandBase):
    """The co-handling unit says how far its part is."""

    kind: Literal["report_co_handling"] = "report_co_handling"
    text: LongText
    attachments: Attachments = ()


class FinishCoHandling(CommandBase):
    """办结协办: the co-handling unit has done its part, and says what came of it."""

    kind: Literal["finish_co_handling"] = "finish_co_handling"
    text: LongText
    attachments: Attachments = ()


class Instruct(CommandBase):
    """批示: a leader acknowledges an escalation, or speaks unasked; the unit is to act on it."""

    kind: Literal["instruct"] = "instruct"
    text: LongText


class Respond(CommandBase):
    """落实批示: what was done about an instruction."""

    kind: Literal["respond"] = "respond"
    instruction: int = Field(ge=1, le=1_000_000)
    text: LongText


class Supervise(CommandBase):
    """督办: called for by hand, at any time, with a numbered slip."""

    kind: Literal["supervise"] = "supervise"
    reason: LongText


class Adjudicate(CommandBase):
    """会商裁定: the bureau rules which unit it is; that unit cannot return it."""

    kind: Literal["adjudicate"] = "adjudicate"
    unit: Unit
    squad: Squad | None = None
    ruling: LongText
    legal_basis: OptionalText = ""


class FollowUp(CommandBase):
    """回访: the bureau asked the enterprise again before closing."""

    kind: Literal["follow_up"] = "follow_up"
    text: LongText
    satisfied: bool


class AdoptCalendar(CommandBase):
    """采用新日历: another calendar counts from now on; open deadlines are revised."""

    kind: Literal["adopt_calendar"] = "adopt_calendar"
    calendar: CalendarInForce


Command = Annotated[
    ListDemand
    | Amend
    | Reject
    | Assign
    | Reassign
    | Claim
    | Return
    | MakePlan
    | Hand
    | ReportProgress
    | CompleteMilestone
    | Pause
    | Resume
    | Resolve
    | Evaluate
    | Withdraw
    | SupplyMaterial
    | ContactEnterprise
    | AskExtension
    | GrantExtension
    | RefuseExtension
    | AskCoHandling
    | AcceptCoHandling
    | ReportCoHandling
    | FinishCoHandling
    | Instruct
    | Respond
    | Supervise
    | Adjudicate
    | FollowUp
    | AdoptCalendar,
    Field(discriminator="kind"),
]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
