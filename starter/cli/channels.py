"""The file of channels: check it and show whom it reaches. Needs no engine, sends nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from runtime.channels import Channel, ChannelBook
from runtime.text import text
from starter.channel_files import open_to_others, read_channel_file, unreached
from starter.cli import output, tables
from starter.cli.app import channel_app, command
from starter.cli.mistakes import refuse
from starter.cli.options import Json, option
from starter.cli.tables import Column
from starter.toml_file import FileInvalid

File = Annotated[Path, option("channel_file")]
CHANNELS = (
    *(Column("channel"), Column("channel_kind"), Column("leads_to"), Column("limit", right=True)),
    Column("serves", share=1, wrap=True),
)
PREFERENCES = (Column("whom"), Column("ways", share=1, wrap=True))


@command(channel_app, "check")
async def check(file: File, /, *, json: Json = False) -> int:
    """Every mistake by line; exits 1 where there is one. Secrets are never shown."""
    try:
        book = read_channel_file(file)
    except FileInvalid as invalid:
        return refuse(invalid, json)
    if json:
        output.data(_as_json(file, book))
    else:
        _show(file, book)
    return output.DONE


def _show(file: Path, book: ChannelBook) -> None:
    output.say(text("cli.channels_good", file=file, count=len(book.channels)), "bold")
    if book.channels:
        tables.table(CHANNELS, [_row(channel) for channel in book.channels])
    if book.preferences:
        rows = [[_whom(p.whom), _list(p.channels) or _inbox()] for p in book.preferences]
        tables.table(PREFERENCES, rows)
    if left := unreached(book):
        output.say(text("cli.channels_unreached", whom=_list(map(_whom, left))))
    if not book.link:
        output.say(text("cli.channels_no_link"))
    if open_to_others(file):
        output.warn(text("cli.channels_open", file=file))


def _row(channel: Channel) -> list[str]:
    kind = text(f"channel.kind_{channel.kind}")
    limit = text("cli.channels_limit", count=channel.per_minute)
    serves = _list(map(_whom, channel.serves))
    anybody = text("channel.by_preference" if channel.kind.bot else "channel.anybody")
    return [channel.name, kind, channel.shown, limit, serves or anybody]


def _whom(whom: str) -> str:
    """A recipient as people say it: `unit:U20` is 责任单位 U20."""
    recipient, _, code = whom.partition(":")
    key = "channel.account" if recipient == "account" else f"rules.to_{recipient}"
    return " ".join(filter(None, (text(key), code)))


def _list(parts: Any) -> str:
    return text("cli.list_comma").join(parts)


def _inbox() -> str:
    return text("channel.inbox")


def _as_json(file: Path, book: ChannelBook) -> dict[str, Any]:
    return {
        "file": str(file),
        "link": book.link,
        "lang": book.lang,
        "channels": [
            {
                "name": channel.name,
                "kind": channel.kind.value,
                "leads_to": channel.shown,
                "per_minute": channel.per_minute,
                "serves": list(channel.serves),
            }
            for channel in book.channels
        ],
        "preferences": [
            {"whom": preference.whom, "channels": list(preference.channels)}
            for preference in book.preferences
        ],
        "inbox_only": list(unreached(book)),
        "open_to_others": open_to_others(file),
        "problems": [],
    }
