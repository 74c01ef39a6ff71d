"""Check (d): the hash chain of the rows as they are stored, which anybody can follow by hand."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from audit.against_ledger import COLUMNS, body_differs, format_of
from audit.books import Book, Row
from audit.compare import difference
from audit.facts import Disagreement
from audit.verdicts import ABSENT
from domain.chain import GENESIS, Recorded, body_of, hash_of
from ledger.rows import event_row


def recorded_of(row: Row) -> Recorded | None:
    """The event in a stored row, or None where its body is not one."""
    try:
        body = json.loads(row["body"])
        return Recorded.model_validate({**body, "hash": row["hash"]})
    except (ValueError, TypeError, ValidationError):
        return None


def events_in(book: Book) -> dict[int, Recorded]:
    """The events in the ledger's rows, by the seq of their row, as far as they can be read."""
    found = {row["seq"]: recorded_of(row) for row in book.rows}
    return {seq: recorded for seq, recorded in found.items() if recorded is not None}


def chain_breaks(book: Book) -> Disagreement | None:
    """Where the chain does not hold: what the ledger has (one), what it should have (other)."""
    format_version = format_of(events_in(book))
    prev, expected = GENESIS, 1
    for row in book.rows:
        if row["seq"] != expected:
            return Disagreement(expected, "events.seq", ABSENT, expected)
        found = _link_breaks(row, prev) or _not_canonical(row, format_version)
        if found is not None:
            return found
        prev, expected = row["hash"], expected + 1
    return None


def _link_breaks(row: Row, prev: str) -> Disagreement | None:
    digest = hash_of(row["body"])
    if row["hash"] != digest:
        return Disagreement(row["seq"], "events.hash", row["hash"], digest)
    if row["prev"] != prev:
        return Disagreement(row["seq"], "events.prev", row["prev"], prev)
    return None


def _not_canonical(row: Row, format_version: int) -> Disagreement | None:
    """Where the row is not what its own values make: other bytes, or a column that lies."""
    seq, recorded = row["seq"], recorded_of(row)
    if recorded is None:
        return Disagreement(seq, "events.body", row["body"][:80], "an event")
    canonical = body_of(recorded, format_version)
    found = body_differs(seq, row["body"], json.loads(canonical), canonical)
    if found is not None:
        return found
    expected = event_row(recorded, format_version)
    for column in COLUMNS:
        differs = difference(row[column], expected[column], f"events.{column}")
        if differs is not None:
            return Disagreement(seq, *differs)
    return None


def head_differs(book: Book, hashes: dict[int, Any]) -> Disagreement | None:
    """Where the end of the ledger's chain is not the workflow's, or not what `demands` says."""
    if not book.rows:
        return None
    last = book.rows[-1]
    if last["seq"] in hashes and last["hash"] != hashes[last["seq"]]:
        return Disagreement(last["seq"], "head.hash", last["hash"], hashes[last["seq"]])
    current = book.current
    if current is not None and current["hash"] != last["hash"]:
        return Disagreement(last["seq"], "demands.hash", current["hash"], last["hash"])
    return None
