"""From codes and account names to the values a command carries, by the directory as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
from pydantic import ValidationError

from domain.actors import ENTERPRISE_PREFIX, Actor
from domain.commands import COMMAND, Command
from domain.values import Person, Role, Squad, Unit
from ledger.sql import sql
from starter.errors import CommandRefused

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


async def actor(connection: Connection, who: str | Actor) -> Actor:
    """The actor behind an account name or `enterprise:USCC`.

    Only an operator comes as an `Actor` already. Raises `CommandRefused`.
    """
    if isinstance(who, Actor):
        if who.role is not Role.OPERATOR:
            raise CommandRefused("unknown_account", account=who.account)
        return who
    if who.startswith(ENTERPRISE_PREFIX):
        return await _enterprise(connection, who)
    row = await connection.fetchrow(sql("actor"), who)
    if row is None:
        raise CommandRefused("unknown_account", account=who)
    if row["retired"]:
        raise CommandRefused("retired_account", account=who)
    role = Role(row["role"])
    return Actor(
        account=row["account"],
        role=role,
        post=row["post"],
        unit=row["belongs_to"] if row["of_unit"] else None,
        squad=row["belongs_to"] if row["of_squad"] else None,
        captain=row["captain"],
        secretary_of=tuple(row["chains_of_unit"]) if role is Role.UNIT else (),
        leads=(row["belongs_to"],) if row["of_chain"] else (),
        park_wide=role is Role.LEADER and bool(row["chains_of_unit"]),
    )


async def _enterprise(connection: Connection, who: str) -> Actor:
    uscc = who.removeprefix(ENTERPRISE_PREFIX)
    row = await connection.fetchrow(sql("enterprise_by_uscc"), uscc)
    if row is None:
        raise CommandRefused("unknown_enterprise", enterprise=uscc)
    if row["retired"]:
        raise CommandRefused("retired_account", account=who)
    return Actor(account=who, role=Role.ENTERPRISE, post=row["contact_post"], enterprise=uscc)


async def person(connection: Connection, account: str) -> Person:
    """Somebody to hand a demand to. Raises `CommandRefused`."""
    return (await actor(connection, account)).person()


async def unit(connection: Connection, code: str) -> Unit:
    """A unit in force. Raises `CommandRefused`."""
    row = await connection.fetchrow(sql("unit"), code)
    if row is None:
        raise CommandRefused("unknown_unit", unit=code)
    return Unit(code=row["code"], name=row["name"])


async def squad(connection: Connection, code: str) -> Squad:
    """A squad in force. Raises `CommandRefused`."""
    row = await connection.fetchrow(sql("squad"), code)
    if row is None:
        raise CommandRefused("unknown_squad", squad=code)
    return Squad(code=row["code"], name=row["name"])


async def route(connection: Connection, category: str) -> tuple[Unit, Squad | None]:
    """Where the routing sends a category. Raises `CommandRefused` where it names nobody."""
    row = await connection.fetchrow(sql("route"), category)
    if row is None:
        raise CommandRefused("no_route", category=category)
    suggested = Squad(code=row["squad"], name=row["squad_name"]) if row["squad_name"] else None
    return Unit(code=row["unit"], name=row["unit_name"]), suggested


_REFERENCES = {"unit": unit, "squad": squad, "handler": person, "to": person}
"""The fields of commands that people give as a code or an account name."""


async def command(
    connection: Connection, by: Actor, kind: str, fields: Mapping[str, Any]
) -> Command:
    """A typed command from what a person gave. Raises `CommandRefused`."""
    values: dict[str, Any] = {"kind": kind, "by": by}
    for name, value in fields.items():
        lookup = _REFERENCES.get(name)
        if lookup is None or not isinstance(value, str):
            values[name] = value
        else:
            values[name] = await lookup(connection, value)
    try:
        return COMMAND.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or kind
        raise CommandRefused("invalid_input", field=field, problem=first["msg"]) from error
