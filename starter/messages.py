"""What people are told of the messages to others: for whom, which way, how it stands, its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import asyncpg

from ledger.message_facts import facts_of
from ledger.outbox import GROUP
from runtime.channels import ChannelsUnreadable, read_channels
from runtime.message_text import Rendered
from runtime.message_words import message
from runtime.settings import Settings
from runtime.text import text
from starter import words

Row = asyncpg.Record


def written(row: Row, settings: Settings | None = None, address: str = "") -> Rendered:
    """The message as it is sent, or with another address; `row` has its event and demand."""
    settings = settings or Settings()
    try:
        book = read_channels(settings.channels)
    except ChannelsUnreadable:  # `channel check` says so; the text needs the link alone
        return message(asdict(facts_of(dict(row))), settings.lang, "", address)
    return message(asdict(facts_of(dict(row))), settings.lang, book.link, address)


def what(row: Row) -> str:
    """What it tells: the event, and whether it is a copy or for somebody who is away."""
    event = text(f"event.{row['kind']}")
    if row["stands_in_for"]:
        return text("cli.stands_in", what=event, whom=row["stands_in_for"])
    return text("cli.copied", what=event) if row["copy_to"] else event


def to_whom(row: Row, names: Mapping[str, str]) -> str:
    """The post with the account, or the group by whom it is for."""
    account, code = row["account"], row["code"]
    if account != GROUP:
        return words.named(names[account], account) if account in names else str(account)
    shown = words.named(names[code], code) if code in names else code
    return " ".join(filter(None, (text(f"rules.to_{row['recipient']}"), shown)))


def way(row: Row) -> str:
    """The channel by name."""
    return text("channel.inbox") if row["channel"] == "inbox" else str(row["channel"])


def standing(row: Row) -> str:
    """How it stands, as the code of its text."""
    if row["channel"] == "inbox" and row["by_hand"]:
        return "by_hand_done" if row["passed_on_at"] else f"by_{row['by_hand']}"
    return f"message_{row['status']}"


def status(row: Row) -> str:
    """How it stands, in words."""
    return text(f"cli.{standing(row)}")


def passed_on_text(row: Row) -> str:
    """When it was told by hand, and by whom; empty where it wasn't."""
    if row["passed_on_at"] is None:
        return ""
    return words.named(words.when(row["passed_on_at"]), row["passed_on_by"])
