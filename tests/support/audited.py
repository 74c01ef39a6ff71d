"""Cases for the audit without any engine: the corpus' histories and the ledger they would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from temporalio.client import WorkflowHistory

from audit.books import Book
from audit.facts import facts_of
from audit.judge import Case, judge, open_case
from audit.outputs import read
from audit.rederive import WORKFLOWS, rederive
from audit.verdicts import Verdict
from domain.chain import Recorded
from domain.evolve import fold
from ledger.rows import current_row, event_row
from tests.replay import fixtures

YEARS_LATER = datetime(2040, 1, 1, tzinfo=UTC)
"""When nothing is on its way any more."""


async def audited(
    histories: Sequence[WorkflowHistory],
    book: Book | None = None,
    workflows: Sequence[type] = WORKFLOWS,
    now: datetime = YEARS_LATER,
) -> Verdict:
    """The verdict on these histories, against the ledger they would make unless one is given."""
    case: Case = await open_case(
        book or await book_of(histories), histories, await rederive(histories, workflows)
    )
    return judge(case, now)


async def events_of(histories: Sequence[WorkflowHistory]) -> dict[int, Recorded]:
    """The events that these histories recorded."""
    facts = facts_of([await read(history) for history in histories])
    return dict(sorted(facts.parsed.items()))


async def book_of(histories: Sequence[WorkflowHistory]) -> Book:
    """The ledger's rows of a demand with these histories."""
    return book_from(await events_of(histories))


def book_from(events: Mapping[int, Recorded]) -> Book:
    """The ledger's rows of these events."""
    recorded = list(events.values())
    state = fold(one.event for one in recorded)
    assert state is not None
    current = current_row(recorded[-1], state) | {"contiguous": len(recorded)}
    rows = tuple(event_row(one, state.format) for one in recorded)
    return Book(state.demand, rows, current, reserved=True)


def with_row(book: Book, seq: int, **columns: Any) -> Book:
    """The book with other values in one row of `events`."""
    rows = (dict(row) | columns if row["seq"] == seq else row for row in book.rows)
    return replace(book, rows=tuple(rows))


def with_current(book: Book, **columns: Any) -> Book:
    """The book with other values in its row of `demands`."""
    assert book.current is not None
    return replace(book, current=dict(book.current) | columns)


def corpus(life: str) -> list[WorkflowHistory]:
    """The histories of a life in the corpus."""
    return fixtures.load(life)
