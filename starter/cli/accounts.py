"""`lianban account`: who can sign in, links to set a password, and ending sessions."""

from __future__ import annotations

from typing import Annotated

from domain.values import instant_text
from ledger.pool import Pool
from runtime.embedded.info import read_stack
from runtime.settings import Settings
from runtime.text import text
from starter import words
from starter.access import accounts, activations, sessions
from starter.access.accounts import AccountAccess
from starter.access.secrets import signer
from starter.cli import options, output, tables
from starter.cli.app import account_app, command
from starter.cli.options import Json, option
from starter.cli.session import ledger, operator_here
from starter.cli.tables import Column
from starter.connections import data_dir
from starter.errors import CommandRefused

COLUMNS = (
    Column("account"),
    Column("post", share=1),
    Column("role"),
    Column("sign_in"),
    Column("last_used"),
    Column("sessions", right=True),
)
Account = Annotated[str, option("account")]


@command(account_app, "list")
async def show(*, json: Json = False) -> int:
    """The accounts of the directory in force."""
    async with ledger(read_only=True) as pool:
        found = await accounts.overview(pool)
    if json:
        output.data({"accounts": [_as_json(one) for one in found]})
    elif found:
        tables.table(COLUMNS, [_cells(one) for one in found])
    else:
        output.say(text("cli.no_accounts"))
    return output.DONE


@command(account_app, "link")
async def link(account: Account, /, *, json: Json = False) -> int:
    """A link by which the person behind an account sets a password."""
    address = _web_address(Settings())
    async with ledger() as pool:
        found = await _known(pool, account)
        token = await activations.make(
            pool, await signer(pool), found.account, operator_here().account
        )
        until = (await accounts.one(pool, found.account)).link_until
    assert until is not None, "the link was made a moment ago"
    url = f"{address}/activate/{token}"
    if json:
        facts = {"account": found.account, "url": url, "expires_at": instant_text(until)}
        output.data(facts)
    else:
        output.say(text("cli.account_link", post=found.post, until=words.when(until)))
        output.say(url)
    return output.DONE


@command(account_app, "end-sessions")
async def end_sessions(account: Account, /, *, json: Json = False) -> int:
    """Whoever is signed in with the account no longer is."""
    async with ledger() as pool:
        found = await _known(pool, account)
        await sessions.end(pool, found.account)
    if json:
        output.data({"account": found.account, "ended": found.sessions})
    else:
        output.say(text("cli.account_ended", post=found.post, count=found.sessions))
    return output.DONE


async def _known(pool: Pool, typed: str) -> AccountAccess:
    return await accounts.one(pool, options.account(typed))


def _web_address(settings: Settings) -> str:
    """Where people reach the pages. Raises `CommandRefused` where nothing says it."""
    if settings.public_url:
        return settings.public_url
    info = read_stack(data_dir(settings))
    if info is not None and info.running and info.web:
        return info.web.rstrip("/")
    raise CommandRefused("web_address_unknown")


def _cells(one: AccountAccess) -> list[str]:
    seen = words.when(one.last_seen) if one.last_seen else ""
    standing = text(f"web.accounts_{one.standing}")
    role = text(f"word.{one.role.value}")
    return [one.account, one.post, role, standing, seen, str(one.sessions)]


def _as_json(one: AccountAccess) -> dict[str, object]:
    return {
        "account": one.account,
        "post": one.post,
        "role": one.role.value,
        "belongs_to": one.belongs_to,
        "sign_in": one.standing,
        "password_at": instant_text(one.password_at) if one.password_at else None,
        "last_seen": instant_text(one.last_seen) if one.last_seen else None,
        "sessions": one.sessions,
        "link_until": instant_text(one.link_until) if one.link_until else None,
    }
