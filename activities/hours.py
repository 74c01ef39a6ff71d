"""Quiet hours for what is late: a retry or an outage must not wake anybody at night."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

import asyncpg

from domain.calendar import Calendar
from domain.office_time import disturb_from
from domain.rules import Messages
from domain.values import Urgency


def held_back(rows: Iterable[asyncpg.Record]) -> dict[int, datetime]:
    """Until when messages wait that are late and would disturb somebody now."""
    now = datetime.now(UTC)
    found = {}
    for row in rows:
        if row["messages"] is None or row["calendar"] is None:
            continue
        at = _not_before(row["messages"], row["calendar"], Urgency(row["urgency"]), now)
        if at > now:
            found[row["id"]] = at
    return found


def _not_before(messages: str, calendar: str, urgency: Urgency, now: datetime) -> datetime:
    rules = _messages(messages)
    if urgency in rules.any_time_for:
        return now
    return disturb_from(now, rules.hours, _calendar(calendar))


@lru_cache(maxsize=64)
def _messages(written: str) -> Messages:
    return Messages.model_validate_json(written)


@lru_cache(maxsize=64)
def _calendar(written: str) -> Calendar:
    return Calendar.model_validate_json(written)
