"""What can be chosen in an act's form, and what is chosen until somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.actors import Actor
from domain.authority import CommandKind
from domain.directory import Directory
from domain.state import DemandState
from domain.values import Outcome, Urgency
from runtime.text import text
from starter.errors import CommandRefused
from starter.resolve import Resolver
from web.act_fields import FIELDS, Field

Options = list[tuple[str, str]]


def options_of(field: Field, actor: Actor, state: DemandState, directory: Directory) -> Options:
    """Code and text of everything that may be chosen."""
    match field.widget:
        case "unit":
            return [(unit.code, unit.name) for unit in directory.units]
        case "squad":
            return [(squad.code, squad.name) for squad in directory.squads]
        case "handler":
            return _people(directory, [state.unit.code] if state.unit else [])
        case "member":
            places = [state.squad.code if state.squad else ""]
            if actor.squad is None and state.unit is not None:
                places.append(state.unit.code)
            taken = {one.account for one in (state.member, state.handler) if one is not None}
            return [one for one in _people(directory, places) if one[0] not in taken]
        case "category":
            return [(route.category, route.category) for route in directory.routes]
        case "urgency":
            return [(one.value, text(f"word.{one.value}")) for one in Urgency]
        case "outcome":
            return [(one.value, text(f"word.{one.value}")) for one in Outcome]
        case "milestone":
            steps = state.plan.milestones if state.plan else ()
            return [(str(m.number), m.title) for m in steps if m.completed_at is None]
        case "instruction":
            waiting = (one for one in state.instructions if one.responded_at is None)
            return [(str(one.number), one.text) for one in waiting]
        case "yes_no":
            return [("yes", text("cli.yes")), ("no", text("cli.no"))]
        case "score":
            return [(str(score), text(f"web.score_{score}")) for score in (5, 4, 3, 2, 1)]
        case _:
            return []


def _people(directory: Directory, places: Sequence[str]) -> Options:
    return [
        (entry.account, f"{entry.post}（{entry.account}）")
        for entry in directory.accounts
        if entry.belongs_to and entry.belongs_to in places
    ]


def suggested(kind: CommandKind, actor: Actor, state: DemandState, by: Resolver) -> dict[str, Any]:
    """What the form begins with: the routing's suggestion, oneself, what is there already."""
    match kind:
        case "assign" | "adjudicate":
            try:
                unit, squad = by.route(state.category)
            except CommandRefused:
                return {}
            return {"unit": unit.code, "squad": squad.code if squad else ""}
        case "claim":
            return {"handler": actor.account, "squad": state.squad.code if state.squad else ""}
        case "amend":
            return {
                "category": state.category,
                "urgency": state.urgency.value,
                "raised_on": state.raised_on.isoformat() if state.raised_on else "",
                "contact_name": state.contact.name,
                "contact_phone": state.contact.phone,
                "remark": state.remark,
            }
        case "plan" if state.plan is not None:
            waiting = [m for m in state.plan.milestones if m.completed_at is None]
            return {
                "summary": state.plan.summary,
                "milestone_title": [m.title for m in waiting],
                "milestone_due": [m.due_on.isoformat() if m.due_on else "" for m in waiting],
            }
        case "report_progress":
            return {"percent": str(state.percent)}
        case "respond" | "complete_milestone":
            (field, *_) = FIELDS[kind]
            choices = options_of(field, actor, state, by.directory)
            return {field.name: choices[0][0]} if choices else {}
        case _:
            return {}


def renewed(kind: CommandKind, state: DemandState, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into a form that others overtook: their progress isn't taken back unawares."""
    percent = str(typed.get("percent", ""))
    if kind == "report_progress" and percent.isdecimal() and int(percent) < state.percent:
        return {**typed, "percent": str(state.percent)}
    return dict(typed)
