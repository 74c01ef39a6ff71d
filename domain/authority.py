"""Who may do what: the one place that decides it, for commands, pages and API alike.

Two steps: what an actor is to a demand (`rights_of`), and which rights an act needs (`GRANTS`).
The table follows design.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from domain.actors import Actor
from domain.commands import Command
from domain.refusal import RefusalCode, Refused
from domain.scope import scope_of
from domain.state import DemandState
from domain.values import Right, Role

CommandKind = Literal[
    "list",
    "amend",
    "reject",
    "assign",
    "reassign",
    "claim",
    "return",
    "plan",
    "hand",
    "report_progress",
    "complete_milestone",
    "pause",
    "resume",
    "resolve",
    "evaluate",
    "withdraw",
    "supply_material",
    "contact",
    "ask_extension",
    "grant_extension",
    "refuse_extension",
    "ask_co_handling",
    "accept_co_handling",
    "report_co_handling",
    "finish_co_handling",
    "instruct",
    "respond",
    "supervise",
    "adjudicate",
    "follow_up",
    "adopt_calendar",
]

_ASSIGNERS = (Right.BUREAU, Right.SECRETARY)
_WORKERS = (Right.SQUAD_CAPTAIN, Right.SQUAD_MEMBER, Right.LEAD_UNIT)
_ENTERPRISE = (Right.ENTERPRISE, Right.ON_BEHALF)
_LEADERS = (Right.CHAIN_LEADER, Right.COMMITTEE)

GRANTS: Mapping[CommandKind, tuple[Right, ...]] = {
    "list": (Right.BUREAU, Right.OPERATOR),
    "amend": (Right.BUREAU, Right.OPERATOR),
    "reject": (Right.BUREAU,),
    "assign": _ASSIGNERS,
    "reassign": _ASSIGNERS,
    "claim": (Right.LEAD_UNIT,),
    "return": (Right.LEAD_UNIT,),
    "plan": (Right.LEAD_UNIT,),
    "hand": (Right.SQUAD_CAPTAIN, Right.LEAD_UNIT),
    "report_progress": _WORKERS,
    "complete_milestone": _WORKERS,
    "pause": (Right.LEAD_UNIT,),
    "resume": (Right.LEAD_UNIT,),
    "resolve": (Right.LEAD_UNIT,),
    "evaluate": _ENTERPRISE,
    "withdraw": _ENTERPRISE,
    "supply_material": _ENTERPRISE,
    "contact": _WORKERS,
    "ask_extension": (Right.LEAD_UNIT,),
    "grant_extension": (Right.BUREAU,),
    "refuse_extension": (Right.BUREAU,),
    "ask_co_handling": (Right.LEAD_UNIT,),
    "accept_co_handling": (Right.CO_HANDLER,),
    "report_co_handling": (Right.CO_HANDLER,),
    "finish_co_handling": (Right.CO_HANDLER,),
    "instruct": _LEADERS,
    "respond": (Right.LEAD_UNIT, Right.BUREAU),
    "supervise": (Right.BUREAU, *_LEADERS),
    "adjudicate": (Right.BUREAU,),
    "follow_up": (Right.BUREAU,),
    "adopt_calendar": (Right.BUREAU, Right.OPERATOR),
}
"""The rights that allow an act, the most specific first: that one is kept in the event."""

ALL_KINDS: tuple[CommandKind, ...] = tuple(GRANTS)


def general_rights(actor: Actor) -> frozenset[Right]:
    """The rights an actor has to any demand, also to one that doesn't exist yet."""
    match actor.role:
        case Role.BUREAU:
            return frozenset({Right.BUREAU, Right.ON_BEHALF})
        case Role.OPERATOR:
            return frozenset({Right.OPERATOR})
        case Role.CLOCK:
            return frozenset({Right.CLOCK})
        case _:
            return frozenset()


def rights_of(actor: Actor, state: DemandState) -> frozenset[Right]:
    """All that an actor is to this demand as it stands.

    The bureau is itself a unit (the service centre), so its clerks act for it where it leads.
    """
    rights = set(general_rights(actor))
    if actor.role in (Role.UNIT, Role.BUREAU):
        if state.chain.code in actor.secretary_of:
            rights.add(Right.SECRETARY)
        if actor.unit is not None and state.unit is not None and actor.unit == state.unit.code:
            rights.add(Right.LEAD_UNIT)
        if any(part.open and part.unit.code == actor.unit for part in state.co_handlings):
            rights.add(Right.CO_HANDLER)
    if actor.role is Role.SQUAD and state.squad is not None and actor.squad == state.squad.code:
        if actor.captain:
            rights.add(Right.SQUAD_CAPTAIN)
        elif state.member is None or state.member.account == actor.account:
            rights.add(Right.SQUAD_MEMBER)
    if actor.role is Role.LEADER:
        if state.chain.code in actor.leads:
            rights.add(Right.CHAIN_LEADER)
        if actor.park_wide:
            rights.add(Right.COMMITTEE)
    if actor.role is Role.ENTERPRISE and actor.enterprise == state.enterprise.uscc:
        rights.add(Right.ENTERPRISE)
    return frozenset(rights)


def right_to(actor: Actor, kind: CommandKind, state: DemandState | None) -> Right | None:
    """The right by which the actor may do this, or None. `state` is None before the listing."""
    held = general_rights(actor) if state is None else rights_of(actor, state)
    return next((right for right in GRANTS[kind] if right in held), None)


def authorize(command: Command, state: DemandState | None) -> Right:
    """The right by which the command's actor may give it.

    Raises `Refused(NOT_AUTHORIZED)`: the message names the account and the act.
    """
    right = right_to(command.by, command.kind, state)
    if right is None:
        raise Refused(
            RefusalCode.NOT_AUTHORIZED,
            account=command.by.account,
            role=command.by.role.value,
            act=command.kind,
        )
    return right


def may_read(actor: Actor, state: DemandState) -> bool:
    """Whether the actor may see this demand at all."""
    return scope_of(actor).covers(state)


def may_link(actor: Actor, state: DemandState) -> bool:
    """Whether the actor may give the demand's enterprise its link, and take it back.

    Whoever has a link speaks for the enterprise, so those who handle the demand never see one.
    """
    return bool(rights_of(actor, state) & {Right.BUREAU, Right.OPERATOR})


def may_handle_messages(actor: Actor) -> bool:
    """Whether the actor may see everybody's messages, pass them on and have them sent again.

    Everybody else sees their own inbox and nothing more.
    """
    return may_open(actor, "messages")


Page = Literal[
    "desk",
    "register",
    "lists",
    "intake",
    "inbox",
    "messages",
    "tasks",
    "leader",
    "accounts",
    "looks",
    "links",
    "slips",
    "precedents",
    "export",
]
"""A page that is of no single demand; what of it somebody sees, `domain.scope` says."""

_READERS = (Role.BUREAU, Role.UNIT, Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.OPERATOR)
_ACCOUNTS = (Role.BUREAU, Role.UNIT, Role.SQUAD, Role.LEADER, Role.AUDITOR, Role.ADMIN)

PAGES: Mapping[Page, tuple[Role, ...]] = {
    "desk": (*_READERS, Role.SQUAD),
    "register": (Role.BUREAU, Role.OPERATOR),
    "lists": (Role.BUREAU, Role.OPERATOR),
    "intake": (Role.BUREAU,),
    "inbox": _ACCOUNTS,
    "messages": (Role.BUREAU, Role.ADMIN, Role.OPERATOR),
    "tasks": (Role.BUREAU, Role.UNIT, Role.SQUAD, Role.LEADER),
    "leader": (Role.BUREAU, Role.LEADER, Role.AUDITOR),
    "accounts": (Role.ADMIN, Role.OPERATOR),
    "looks": (Role.AUDITOR, Role.ADMIN),
    "links": (Role.BUREAU, Role.OPERATOR),
    "slips": (Role.BUREAU, Role.UNIT, Role.OPERATOR),
    "precedents": (Role.BUREAU, Role.UNIT, Role.LEADER, Role.AUDITOR, Role.OPERATOR),
    "export": _READERS,
}
"""The ledger of demands; registering one; lists to upload; what the public sent in; one's own
messages, and everybody's; what waits for oneself; the leaders' overview; accounts, activation links
and others' sessions; who looked at what; enterprises' links; slips to print; how the bureau ruled
before; the ledger as a file.

Enterprises have no page of these: they come by a link to a demand of theirs.
"""

ALL_PAGES: tuple[Page, ...] = tuple(PAGES)


def may_open(actor: Actor, page: Page) -> bool:
    """Whether there is such a page for the actor at all."""
    return actor.role in PAGES[page]
