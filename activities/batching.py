"""Which messages go out together: one each, or a digest for whoever has several due at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.outbox import Waiting
from runtime.message_text import MOST_LINES

DIGEST_AT_MOST = MOST_LINES
"""More lines nobody reads on a phone, and they would be left out: the rest is the next digest."""


def grouped(
    waiting: Sequence[Waiting], left: Mapping[str, int], at_most: int
) -> list[list[Waiting]]:
    """Batches in the order of their first message, no more than are left of each channel."""
    batches: list[list[Waiting]] = []
    digests: dict[tuple[str, str], list[Waiting]] = {}
    used: dict[str, int] = {}
    for message in waiting:
        key = (message.channel, message.account)
        digest = digests.get(key) if message.digest else None
        if digest is not None and len(digest) < DIGEST_AT_MOST:
            digest.append(message)
            continue
        if used.get(message.channel, 0) >= left[message.channel] or len(batches) >= at_most:
            continue
        used[message.channel] = used.get(message.channel, 0) + 1
        batches.append([message])
        if message.digest:
            digests[key] = batches[-1]
    return batches
