"""Messages: one's own inbox; and for the bureau what didn't arrive, to send again or pass on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import asyncpg

from domain.actors import Actor
from domain.authority import may_handle_messages, may_link
from domain.values import instant_text
from ledger import directory, reads
from ledger import messages as kept
from ledger.messages import MessageFilter
from ledger.pool import Pool
from runtime.settings import Settings
from runtime.text import text
from starter import message_text, words
from starter.access import links
from starter.access.secrets import signer
from starter.cli import options, output, tables
from starter.cli.app import app, command, message_app
from starter.cli.explain import WrongUsage
from starter.cli.options import As, Json, option
from starter.cli.session import ledger, who
from starter.cli.tables import Column
from starter.errors import CommandRefused
from starter.messages import passed_on_text, standing, status, to_whom, way, what, written
from starter.names import names_of
from starter.resolve import resolver

INBOX = (
    *(Column("message", right=True), Column("unread"), Column("when"), Column("demand")),
    *(Column("what"), Column("message_text", share=1)),
)
OUTBOX = (
    *(Column("message", right=True), Column("when"), Column("demand"), Column("what")),
    *(Column("to_whom", share=1), Column("by_way"), Column("status"), Column("why", share=1)),
)
Number = Annotated[int, option("message")]
Limit = Annotated[int, option("limit_messages", "--limit")]
TROUBLE = ("failed", "uncertain")


@command(app, "inbox")
async def inbox(
    *,
    unread: Annotated[bool, option("unread", "--unread")] = False,
    read: Annotated[bool, option("mark_read", "--read")] = False,
    limit: Limit = 50,
    as_: As = None,
    json: Json = False,
) -> int:
    """Unread first; looking at them marks nothing unless asked."""
    settings = Settings()
    typed = as_ or settings.account
    if typed is None:
        raise WrongUsage("inbox_of_whom")
    _check(limit)
    async with ledger() as pool:
        actor = (await resolver(pool)).actor(options.account(typed))
        rows = await kept.inbox(pool, actor.account, limit, unread)
        if read:
            await kept.mark_read(pool, actor.account, [row["id"] for row in rows])
    if json:
        output.data({"account": actor.account, "messages": [_inbox_json(row) for row in rows]})
    elif not rows:
        output.say(text("cli.no_messages"))
    else:
        tables.table(INBOX, [_inbox_cells(row) for row in rows])
    return output.DONE


@command(message_app, "list")
async def listing(
    *,
    failed: Annotated[bool, option("failed", "--failed")] = False,
    uncertain: Annotated[bool, option("uncertain", "--uncertain")] = False,
    to_pass_on: Annotated[bool, option("to_pass_on", "--to-pass-on")] = False,
    demand: Annotated[str | None, option("of_demand", "--demand")] = None,
    limit: Limit = 50,
    before: Annotated[int | None, option("before", "--before")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """Newest first, a page at a time."""
    _check(limit)
    statuses = TROUBLE if failed else ("uncertain",) if uncertain else None
    of = options.demand_id(demand) if demand else None
    wanted = MessageFilter(statuses, to_pass_on, of)
    async with ledger() as pool:
        await _handler(pool, as_)
        rows = await kept.messages(pool, wanted, limit + 1, before)
        names = names_of(await directory.read(pool))
    page = rows[:limit]
    more = page[-1]["id"] if len(rows) > limit else None
    if json:
        output.data({"messages": [_as_json(row) for row in page], "next": more})
        return output.DONE
    if not page:
        output.say(text("cli.no_messages"))
        return output.DONE
    tables.table(OUTBOX, [_cells(row, names) for row in page])
    if more:
        output.say(text("cli.more_messages", before=more), "dim")
    return output.DONE


@command(message_app, "show")
async def show(number: Number, /, *, as_: As = None, json: Json = False) -> int:
    """All that is known of one message, and its text."""
    async with ledger() as pool:
        await _handler(pool, as_)
        row = await _one(pool, number)
        names = names_of(await directory.read(pool))
    text_of = written(row)
    if json:
        output.data(_as_json(row) | {"text": text_of.text})
        return output.DONE
    tables.facts(
        [
            ("f_message", str(row["id"])),
            ("f_demand", row["demand"]),
            ("f_event", text(f"event.{row['kind']}")),
            ("f_to", to_whom(row, names)),
            ("f_way", way(row)),
            ("f_status", status(row)),
            ("f_waits", message_text.waits(dict(row))),
            ("f_why", message_text.reason(row["last_reason"] or "")),
            ("f_attempts", str(row["attempts"]) if row["attempts"] else ""),
            ("f_not_before", words.when(row["not_before"])),
            ("f_passed_on", passed_on_text(row)),
        ]
    )
    output.say()
    output.say(text_of.text)
    return output.DONE


@command(message_app, "copy")
async def copy(number: Number, /, *, as_: As = None, json: Json = False) -> int:
    """The text alone, to be sent by hand."""
    async with ledger() as pool:
        actor = await _handler(pool, as_)
        row = await _one(pool, number)
        address = await _enterprise_s(pool, row, actor)
    text_of = written(row, address=address)
    if json:
        output.data({"message": row["id"], "subject": text_of.subject, "text": text_of.text})
    else:
        output.say(text_of.text)
    return output.DONE


@command(message_app, "passed-on")
async def passed_on(number: Number, /, *, as_: As = None, json: Json = False) -> int:
    """Told by hand: nothing more is sent about it to the same people."""
    async with ledger() as pool:
        actor = await _handler(pool, as_)
        row = await _one(pool, number)
        settled = await kept.pass_on(pool, number, actor.account)
    if not settled:
        raise CommandRefused("message_settled", message=str(number), standing=standing(row))
    if json:
        output.data({"messages": sorted(settled)})
    else:
        output.say(text("cli.passed_on", message=number, demand=row["demand"]), "bold")
    return output.DONE


@command(message_app, "retry")
async def retry(
    number: Annotated[int | None, option("message_retry")] = None,
    /,
    *,
    all_failed: Annotated[bool, option("all_failed", "--all-failed")] = False,
    as_: As = None,
    json: Json = False,
) -> int:
    """Queue again what failed; what is uncertain only by its number."""
    if (number is None) is not all_failed:
        raise WrongUsage("retry_which")
    async with ledger() as pool:
        await _handler(pool, as_)
        row = await _one(pool, number) if number is not None else None
        again = await kept.retry(pool, number)
    if row is not None and not again:
        raise CommandRefused("message_settled", message=str(number), standing=standing(row))
    if row is not None and row["status"] == "uncertain":
        output.warn(text("cli.retry_uncertain", message=row["id"]))
    if json:
        output.data({"messages": again})
    else:
        output.say(text("cli.retried", count=len(again)), "bold")
    return output.DONE


async def _handler(pool: Pool, typed: str | None) -> Actor:
    """Whoever asks, if they may handle messages. Raises `CommandRefused`."""
    actor = (await resolver(pool)).actor(who(typed, Settings()))
    if not may_handle_messages(actor):
        raise CommandRefused("messages_not_authorized", account=actor.account)
    return actor


async def _enterprise_s(pool: Pool, row: asyncpg.Record, actor: Actor) -> str:
    """A link for the enterprise that the message is for, which has no account; else empty."""
    base = Settings().public_url
    stored = await reads.demand(pool, row["demand"]) if row["recipient"] == "enterprise" else None
    if base is None or stored is None or not may_link(actor, stored.state):
        return ""
    uscc = stored.state.enterprise.uscc
    link = await links.fitting(pool, row["demand"], uscc, actor.account)
    return links.address(await signer(pool), base, link)


async def _one(pool: Pool, number: int) -> asyncpg.Record:
    row = await kept.message(pool, number) if 0 < number < 2**63 else None
    if row is None:
        raise CommandRefused("unknown_message", message=str(number))
    return row


def _check(limit: int) -> None:
    if not 1 <= limit <= 10_000:
        raise WrongUsage("limit_unclear", limit=str(limit))


def _inbox_cells(row: asyncpg.Record) -> list[str]:
    return [
        str(row["id"]),
        text("cli.unread") if row["status"] == "unread" else "",
        words.when(row["created_at"]),
        row["demand"],
        what(row),
        " ".join(written(row).text.splitlines()[1:]),
    ]


def _inbox_json(row: asyncpg.Record) -> dict[str, Any]:
    names = ("id", "demand", "seq", "kind", "copy_to", "stands_in_for", "urgency", "created_at")
    return _plain({name: row[name] for name in names}) | {
        "unread": row["status"] == "unread",
        "text": written(row).text,
    }


def _cells(row: asyncpg.Record, names: Mapping[str, str]) -> list[str]:
    return [
        str(row["id"]),
        words.when(row["attempted_at"] or row["created_at"]),
        row["demand"],
        text(f"event.{row['kind']}"),
        to_whom(row, names),
        way(row),
        status(row),
        message_text.reason(row["last_reason"] or ""),
    ]


_SHOWN = (
    *("id", "demand", "seq", "account", "channel", "kind", "recipient", "code", "copy_to"),
    *("stands_in_for", "not_before", "urgency", "status", "via", "tried", "by_hand", "attempts"),
    *("attempted_at", "next_try", "last_reason", "created_at", "settled_at"),
    *("passed_on_by", "passed_on_at"),
)


def _as_json(row: asyncpg.Record) -> dict[str, Any]:
    return _plain({name: row[name] for name in _SHOWN})


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: instant_text(v) if isinstance(v, datetime) else v for k, v in row.items()}
