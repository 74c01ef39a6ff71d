"""What the clock did, as a clerk would write it down: one line an event, in the park's time.

    2026-09-23 13:30 reminded claim due 2026-09-23 17:30 > unit:U20, (bureau)

First the instant that was meant (where an event names none, the minute in which it happened), then
what, for which clock and its deadline, then whom it tells: in brackets who gets a copy. `from` is
when they may be disturbed, where that is later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from domain.calendar import PARK_TIME
from domain.chain import parse_event
from domain.events import Event
from domain.notice import Notice
from domain.values import Role
from ledger import reads
from ledger.pool import Pool


async def told(pool: Pool, demand: str) -> list[Event]:
    """The events of a demand as the ledger has them."""
    rows = await reads.events(pool, demand)
    return [parse_event(json.loads(row["body"])["event"]) for row in rows]


def by_the_clock(events: Iterable[Event]) -> list[Event]:
    """Those that nobody asked for."""
    return [event for event in events if event.by.role is Role.CLOCK]


def planned(event: Event) -> datetime | None:
    """When the clock meant to act, where the event says so."""
    found: datetime | None = getattr(event, "planned", None)
    return found


def written(event: Event) -> str:
    """The event's line."""
    words = [said(planned(event) or event.at), event.kind]
    clock = getattr(event, "clock", None)
    if clock is not None:
        subject = getattr(event, "subject", "")
        words.append(f"{clock}/{subject}" if subject else f"{clock}")
        words += ["due", said(getattr(event, "due"))]  # noqa: B009  (not every event has one)
    if event.tell:
        words += [">", ", ".join(_whom(notice) for notice in event.tell)]
        (since,) = {said(notice.not_before) for notice in event.tell}
        words += [] if since == said(event.at) else ["from", since]
    return " ".join(words)


def lines(text: str) -> list[str]:
    """Lines written by hand, with any number of spaces between words, and blank ones."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def said(instant: datetime) -> str:
    """The minute, in the park's time."""
    return f"{instant.astimezone(PARK_TIME):%Y-%m-%d %H:%M}"


def park_time(text: str) -> datetime:
    """The instant that was written so."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=PARK_TIME)


def _whom(notice: Notice) -> str:
    name = f"{notice.recipient}:{notice.code}" if notice.code else f"{notice.recipient}"
    return f"({name})" if notice.copy_to else name
