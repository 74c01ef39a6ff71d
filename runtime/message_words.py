"""From the facts of a message to its words: names of deadlines, times of day, the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runtime.message_text import Rendered, render
from runtime.text import text

_PARK_TIME = ZoneInfo("Asia/Shanghai")


def message(facts: Mapping[str, Any], lang: str, link: str = "", address: str = "") -> Rendered:
    """The words for facts as `ledger.message_facts.Facts` has them.

    `link` is where the web application is; `address`, if given, leads somewhere else in its stead.
    """
    clock, due = facts["clock"], facts["due"]
    words = {
        "demand": facts["demand"],
        "enterprise": facts["enterprise"],
        "text": facts["text"],
        "unit": facts["unit"],
        "clock": text(f"rules.name_{clock}", lang) if clock else "",
        "due": _moment(due) if due else "",
        "by": facts["by"],
        "reason": facts["reason"],
        "link": address or link_to(link, facts["demand"]),
    }
    return render(facts["kind"], words, lang)


def link_to(base: str, demand: str) -> str:
    """Where a demand is to be seen; empty where there is no web application."""
    return f"{base.rstrip('/')}/demands/{demand}" if base else ""


def _moment(due: datetime) -> str:
    """In the park's time; midnight is called by the day that it ends."""
    local = due.astimezone(_PARK_TIME)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
