"""What each act asks of a person: the fields of its form, in the order of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.authority import CommandKind

Widget = Literal[
    "text",
    "area",
    "day",
    "moment",
    "percent",
    "duration",
    "unit",
    "squad",
    "handler",
    "member",
    "category",
    "urgency",
    "outcome",
    "score",
    "yes",
    "yes_no",
    "milestone",
    "milestones",
    "instruction",
    "contact",
    "files",
]


@dataclass(frozen=True)
class Field:
    """One field, labelled `web.field_<label or name>`; `on_behalf` is asked of the bureau alone."""

    name: str
    widget: Widget
    required: bool = True
    label: str = ""
    on_behalf: bool = False

    @property
    def text(self) -> str:
        """Its label as a text key."""
        return f"web.field_{self.label or self.name}"


_UNIT, _SQUAD = Field("unit", "unit"), Field("squad", "squad", required=False)
_REASON, _NOTE = Field("reason", "area"), Field("note", "area", required=False)
_TEXT, _FILES = Field("text", "area"), Field("attachments", "files", required=False)
_CALL = Field("call_note", "area", on_behalf=True)

FIELDS: Mapping[CommandKind, tuple[Field, ...]] = {
    "amend": (
        Field("category", "category", required=False),
        Field("urgency", "urgency", required=False),
        Field("raised_on", "day", required=False),
        Field("contact", "contact", required=False),
        Field("remark", "area", required=False),
        Field("reason", "text", required=False, label="amend_reason"),
    ),
    "reject": (_REASON,),
    "assign": (_UNIT, _SQUAD, _NOTE),
    "reassign": (_UNIT, _SQUAD, _REASON),
    "claim": (
        Field("responsible_leader", "text"),
        Field("handler", "handler"),
        _SQUAD,
    ),
    "return": (_REASON, Field("legal_basis", "area")),
    "plan": (Field("summary", "area"), Field("milestones", "milestones", required=False)),
    "hand": (Field("to", "member"),),
    "report_progress": (_TEXT, Field("percent", "percent", required=False), _FILES),
    "complete_milestone": (Field("milestone", "milestone"), _NOTE, _FILES),
    "pause": (_REASON, Field("until", "moment")),
    "resume": (_NOTE,),
    "resolve": (
        Field("outcome", "outcome"),
        Field("text", "area", label="result"),
        Field("review_on", "day", required=False),
        _FILES,
    ),
    "evaluate": (
        Field("score", "score"),
        Field("comment", "area", required=False),
        _CALL,
    ),
    "withdraw": (_REASON, _CALL),
    "supply_material": (Field("text", "area", False, label="material"), _FILES, _CALL),
    "contact": (Field("note", "area", label="contact_note"), Field("answers", "yes", False)),
    "ask_extension": (Field("more", "duration"), _REASON),
    "grant_extension": (_NOTE,),
    "refuse_extension": (_REASON,),
    "ask_co_handling": (_UNIT, Field("request", "area")),
    "accept_co_handling": (_NOTE,),
    "report_co_handling": (_TEXT, _FILES),
    "finish_co_handling": (Field("text", "area", label="result"), _FILES),
    "instruct": (Field("text", "area", label="instruction_text"),),
    "respond": (Field("instruction", "instruction"), Field("text", "area", label="response")),
    "supervise": (_REASON,),
    "adjudicate": (
        _UNIT,
        _SQUAD,
        Field("ruling", "area"),
        Field("legal_basis", "area", required=False),
    ),
    "follow_up": (Field("text", "area", label="follow_up_text"), Field("satisfied", "yes_no")),
}
"""Every act that has a form. Listing and calendars have pages of their own."""

GRAVE: frozenset[CommandKind] = frozenset({"reject", "return", "withdraw", "refuse_extension"})
"""Acts whose button is not to be hit by accident."""
