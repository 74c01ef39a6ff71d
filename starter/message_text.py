"""Why a message waits, and what came of sending it, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from runtime.text import text
from starter.word_parts import when

_NO_ANSWER, _NOT_CONNECTED = "no answer", "not connected"


def reason(kept: str) -> str:
    """Our own short notes in words; the other side's words as they are."""
    opening, _, kind = kept.partition(":")
    if opening == _NO_ANSWER or kept.startswith(f"{_NO_ANSWER} "):
        return text("cli.why_timeout" if "timeout" in kind.lower() else "cli.why_no_answer")
    if opening == _NOT_CONNECTED:
        return text("cli.why_not_connected")
    return kept


def waits(row: Mapping[str, Any], now: datetime | None = None) -> str:
    """What a queued message waits for; empty for every other."""
    if row["status"] != "queued":
        return ""
    now = now or datetime.now(UTC)
    next_try, not_before = row["next_try"], row["not_before"]
    if row["batch"] is not None:
        return text("cli.waits_taken")
    if not_before > now and not_before >= (next_try or not_before):
        return text("cli.waits_quiet", until=when(not_before))
    if next_try is not None and next_try > now:
        # What was never tried has only been held back from people's quiet hours.
        key = "waits_again" if row["attempts"] else "waits_quiet"
        return text(f"cli.{key}", until=when(next_try))
    return text("cli.waits_limit")
