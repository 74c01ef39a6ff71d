"""The park directory as values: chains, units, squads, routing, enterprises and accounts.

Codes are the keys. Nothing is ever deleted from a directory, only retired.
"""

from __future__ import annotations

from domain.values import Role, Value


class ChainEntry(Value):
    """A chain with its joint committee, secretary unit (书记单位) and leader's post."""

    code: str
    name: str
    committee: str
    lead_enterprise: str
    secretary_unit: str
    leader_post: str


class UnitEntry(Value):
    """A responsible unit and how to reach it."""

    code: str
    name: str
    remark: str = ""
    contact_post: str = ""
    email: str = ""


class SquadEntry(Value):
    """A squad; the account whose post equals `captain_post` is its captain."""

    code: str
    name: str
    captain_post: str = ""
    email: str = ""


class RouteEntry(Value):
    """事项分派: which unit and squad a category of demand usually goes to."""

    category: str
    unit: str
    squad: str | None = None


class EnterpriseEntry(Value):
    """An enterprise of the park."""

    uscc: str
    name: str
    chain: str
    lead: bool = False
    contact_post: str = ""
    email: str = ""


class AccountEntry(Value):
    """An account by post and role; `belongs_to` is a unit, squad or chain code, or empty."""

    account: str
    post: str
    role: Role
    belongs_to: str = ""
    email: str = ""


class Directory(Value):
    """A whole workbook, or all that is in force in the ledger."""

    chains: tuple[ChainEntry, ...] = ()
    units: tuple[UnitEntry, ...] = ()
    squads: tuple[SquadEntry, ...] = ()
    routes: tuple[RouteEntry, ...] = ()
    enterprises: tuple[EnterpriseEntry, ...] = ()
    accounts: tuple[AccountEntry, ...] = ()
