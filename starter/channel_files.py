"""The file of channels, read for people: every mistake by line and key, never a secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from runtime.channels import RECIPIENTS, ChannelBook
from starter.toml_file import read_toml


def read_channel_file(path: Path) -> ChannelBook:
    """The book in that file. Raises `FileInvalid`. Processes read it by `runtime.channels`."""
    return read_toml(path, ChannelBook)


def unreached(book: ChannelBook) -> tuple[str, ...]:
    """The recipients whom no channel and no preference names or reaches: only the inbox does."""
    said = {served for channel in book.channels for served in channel.serves}
    said |= {preference.whom for preference in book.preferences if preference.channels}
    named = {who.partition(":")[0] for who in said}
    return tuple(who for who in RECIPIENTS if who not in named and not book.routes(who, "", ""))


def open_to_others(path: Path) -> bool:
    """Whether accounts of the machine other than the owner and group may read it."""
    return os.name == "posix" and bool(path.stat().st_mode & stat.S_IROTH)
