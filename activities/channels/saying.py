"""Texts at the edge: reasons fit to be kept, messages cut to what a channel takes."""

from __future__ import annotations

import unicodedata

from activities.channels.parcel import Sending, Sent
from runtime.channels import Channel

_REASON = 160


def sent(
    channel: Channel, outcome: Sending, reason: str = "", retry_after: float | None = None
) -> Sent:
    """An outcome whose reason, partly the other side's words, is made fit to be kept and shown."""
    for secret in channel.secrets():
        reason = reason.replace(secret, "***")
    plain = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in reason)
    return Sent(outcome=outcome, reason=" ".join(plain.split())[:_REASON], retry_after=retry_after)


def cut(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8; a link on its last line is kept."""
    if len(text.encode()) <= most:
        return text
    head, _, last = text.rpartition("\n")
    if head and "://" in last and len(last.encode()) < most // 2:
        return f"{_cut(head, most - len(last.encode()) - 1)}\n{last}"
    return _cut(text, most)


def _cut(text: str, most: int) -> str:
    return text.encode()[: most - len("…".encode())].decode(errors="ignore").rstrip() + "…"
