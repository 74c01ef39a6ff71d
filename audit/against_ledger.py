"""Check (c): ledger and history agree, row by row and field by field, and so does current state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from audit.books import Book, Row
from audit.compare import difference, text_difference
from audit.facts import Disagreement, Facts
from audit.refold import Folded, state_differs
from audit.verdicts import ABSENT, Reason
from domain.chain import Recorded
from domain.events import Listed
from ledger.rows import current_row, event_row

COLUMNS = ("demand", "seq", "kind", "at", "account", "command_id", "prev", "hash")
"""The columns of `events` that are read out of the event, beside `body`, which is the event."""

LAG = timedelta(minutes=5)
"""How long an event may be under way to the ledger without an intent that says so."""

Found = tuple[Reason, Disagreement]
Events = Mapping[int, Recorded]


def format_of(events: Events) -> int:
    """The format of a chain, which its first event fixes."""
    first = events[1].event if 1 in events else None
    return first.format if isinstance(first, Listed) else 1


def ledger_differs(
    book: Book, facts: Facts, events: Events, folded: Folded, now: datetime
) -> Found | None:
    """The first place where ledger (one) and history (other) differ.

    `events` are all of the demand, `folded` their fold; `facts` are the history's, which may have
    lost its beginning. Events on their way count only where nothing else is wrong.
    """
    lagging: Found | None = None
    for reason, found in _rows_differ(book, facts, format_of(events), now):
        if reason is not Reason.LAGGING:
            return reason, found
        lagging = lagging or (reason, found)
    current = None if lagging and not book.rows else current_differs(book, events, folded)
    return (Reason.DIFFERS, current) if current else lagging


def _rows_differ(book: Book, facts: Facts, format_version: int, now: datetime) -> Iterator[Found]:
    rows = {row["seq"]: row for row in book.rows}
    known_from = min(facts.events, default=1)
    for seq in sorted(rows.keys() | facts.parsed.keys()):
        row, recorded = rows.get(seq), facts.parsed.get(seq)
        if row is None and recorded is not None:
            reason = Reason.LAGGING if _under_way(book, recorded, now) else Reason.ROW_MISSING
            yield reason, Disagreement(seq, "events", ABSENT, recorded.hash)
        elif row is not None and recorded is None:
            if seq >= known_from:
                yield Reason.ROW_EXTRA, Disagreement(seq, "events", row["hash"], ABSENT)
        elif row is not None and recorded is not None:
            found = row_differs(row, recorded, facts.events[seq], format_version)
            if found is not None:
                yield Reason.DIFFERS, found


def _under_way(book: Book, recorded: Recorded, now: datetime) -> bool:
    """Whether the ledger never said it had this event, and it may well still come.

    An id is reserved before anything starts: without that, somebody removed the demand.
    """
    if not book.reserved:
        return False
    if book.current is not None and recorded.seq <= book.current["contiguous"]:
        return False
    return recorded.command_id in book.intents or now - recorded.event.at < LAG


def row_differs(
    row: Row, recorded: Recorded, normal: dict[str, Any], format_version: int
) -> Disagreement | None:
    """Where a row of `events` is not that of the event, whose normalised JSON is `normal`."""
    expected = event_row(recorded, format_version)
    for column in COLUMNS:
        found = difference(row[column], expected[column], f"events.{column}")
        if found is not None:
            return Disagreement(recorded.seq, *found)
    wanted = {key: value for key, value in normal.items() if key != "hash"}
    return body_differs(recorded.seq, row["body"], wanted, expected["body"])


def body_differs(seq: int, body: str, wanted: Any, canonical: str) -> Disagreement | None:
    """Where a stored body differs: by the JSON field if it has one, else by the characters."""
    try:
        found = difference(json.loads(body), wanted, "events.body")
    except ValueError:
        found = None
    if found is not None:
        return Disagreement(seq, *found)
    if body != canonical:
        return Disagreement(seq, "events.body", *text_difference(body, canonical))
    return None


def current_differs(book: Book, events: Events, folded: Folded) -> Disagreement | None:
    """Where the row of `demands` is not the projection of the events up to its seq."""
    row, last = book.current, max((row["seq"] for row in book.rows), default=0)
    if row is None:
        return Disagreement(last, "demands", ABSENT, f"seq {last}")
    seq: int = row["seq"]
    event, state = events.get(seq), folded.states.get(seq)
    if seq != last or event is None or state is None:
        return Disagreement(seq, "demands.seq", seq, last)
    expected = current_row(event, state) | {"contiguous": book.contiguous}
    state_fields = expected.pop("state")
    for column, value in expected.items():
        found = difference(row[column], value, f"demands.{column}")
        if found is not None:
            return Disagreement(seq, *found)
    return state_differs(seq, row["state"], state_fields, "demands.state")
