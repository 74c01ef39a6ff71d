"""From codes and account names to the values a command carries, by the directory in force.

Every command learns the directory's version from the ledger when it opens its intent, so what is
kept here is never older than the command itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from domain.actors import ENTERPRISE_PREFIX, Actor
from domain.commands import COMMAND, Command
from domain.directory import AccountEntry
from domain.values import Person, Role, Squad, Unit
from ledger.directory import VersionedDirectory, read_versioned
from ledger.pool import Pool
from starter.errors import CommandRefused

_LIMITS = ("max_length", "min_length", "ge", "gt", "le", "lt")


class Resolver:
    """Looks people, units, squads and routes up in one version of the directory."""

    def __init__(self, source: VersionedDirectory) -> None:
        self.version = source.version
        self._retired = source.retired
        self.directory = directory = source.directory
        self._accounts = {entry.account: entry for entry in directory.accounts}
        self._enterprises = {entry.uscc: entry for entry in directory.enterprises}
        self._units = {e.code: Unit(code=e.code, name=e.name) for e in directory.units}
        self._squads = {e.code: Squad(code=e.code, name=e.name) for e in directory.squads}
        self._captains = {e.code: e.captain_post for e in directory.squads}
        self._routes = {entry.category: entry for entry in directory.routes}
        self._chains = directory.chains

    def actor(self, who: str | Actor) -> Actor:
        """The actor behind an account name or `enterprise:USCC`.

        Only an operator comes as an `Actor` already. Raises `CommandRefused`.
        """
        if isinstance(who, Actor):
            if who.role is not Role.OPERATOR:
                raise CommandRefused("unknown_account", account=who.account)
            return who
        if who.startswith(ENTERPRISE_PREFIX):
            return self._enterprise(who)
        entry = self._accounts.get(who)
        if entry is None:
            raise self._unknown("unknown_account", who, account=who)
        return self._of_directory(entry)

    def _of_directory(self, entry: AccountEntry) -> Actor:
        home = entry.belongs_to
        secretary_of = tuple(c.code for c in self._chains if c.secretary_unit == home)
        squad = home if home in self._squads else None
        return Actor(
            account=entry.account,
            role=entry.role,
            post=entry.post,
            unit=home if home in self._units else None,
            squad=squad,
            captain=squad is not None and self._captains[squad] == entry.post,
            secretary_of=secretary_of if entry.role is Role.UNIT else (),
            leads=self._chains_of(entry),
            park_wide=entry.role is Role.LEADER and bool(secretary_of),
            enterprise=home if entry.role is Role.ENTERPRISE else None,
        )

    def _chains_of(self, entry: AccountEntry) -> tuple[str, ...]:
        """An auditor of a chain that is retired since is still limited to it, not to nothing."""
        home = entry.belongs_to
        limited = entry.role is Role.AUDITOR and home and home not in self._units
        return (home,) if limited or home in self._chain_codes else ()

    @cached_property
    def _chain_codes(self) -> frozenset[str]:
        return frozenset(chain.code for chain in self._chains)

    def _enterprise(self, who: str) -> Actor:
        uscc = who.removeprefix(ENTERPRISE_PREFIX)
        entry = self._enterprises.get(uscc)
        if entry is None:
            raise self._unknown("unknown_enterprise", uscc, enterprise=uscc)
        return Actor(account=who, role=Role.ENTERPRISE, post=entry.contact_post, enterprise=uscc)

    def _unknown(self, code: str, key: str, **facts: str) -> CommandRefused:
        if key in self._retired:
            return CommandRefused("retired_account", account=key)
        return CommandRefused(code, **facts)

    def person(self, account: str) -> Person:
        """Somebody to hand a demand to. Raises `CommandRefused`."""
        return self.actor(account).person()

    def unit(self, code: str) -> Unit:
        """A unit in force. Raises `CommandRefused`."""
        if code not in self._units:
            raise CommandRefused("unknown_unit", unit=code)
        return self._units[code]

    def squad(self, code: str) -> Squad:
        """A squad in force. Raises `CommandRefused`."""
        if code not in self._squads:
            raise CommandRefused("unknown_squad", squad=code)
        return self._squads[code]

    def route(self, category: str) -> tuple[Unit, Squad | None]:
        """Where the routing sends a category. Raises `CommandRefused` where it names nobody."""
        entry = self._routes.get(category)
        unit = self._units.get(entry.unit) if entry is not None else None
        if entry is None or unit is None:
            raise CommandRefused("no_route", category=category)
        return unit, self._squads.get(entry.squad) if entry.squad else None

    def command(self, who: str | Actor, kind: str, fields: Mapping[str, Any]) -> Command:
        """A typed command from what a person gave. Raises `CommandRefused`."""
        references: dict[str, Callable[[str], Any]] = {
            "unit": self.unit,
            "squad": self.squad,
            "handler": self.person,
            "to": self.person,
        }
        values: dict[str, Any] = {"kind": kind, "by": self.actor(who)}
        for name, value in fields.items():
            is_reference = name in references and isinstance(value, str)
            if name in ("kind", "by") or (name in references and isinstance(value, Mapping)):
                raise CommandRefused("invalid_input", field=name, problem="not the caller's to say")
            values[name] = references[name](value) if is_reference else value
        try:
            return COMMAND.validate_python(values)
        except ValidationError as error:
            raise invalid_input(error, kind) from error


def invalid_input(error: ValidationError, kind: str) -> CommandRefused:
    """What a person gave that a command cannot carry: the field, and its first problem.

    `type` is pydantic's code for the problem, for whoever words it anew, with its limit if any.
    """
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"] if part != kind]
    limit = next((str(v) for k, v in first.get("ctx", {}).items() if k in _LIMITS), "")
    facts = {"field": ".".join(path) or kind, "type": first["type"], "limit": limit}
    return CommandRefused("invalid_input", problem=first["msg"], **facts)


async def resolver(pool: Pool) -> Resolver:
    """A resolver for the directory as it is now."""
    return Resolver(await read_versioned(pool))
