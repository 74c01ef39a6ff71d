"""Verdicts where the history is incomplete, contradicts itself, or was changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from audit.books import Book
from audit.verdicts import Check, Reason, Result, Standing, Verdict
from tests.support.audited import audited, book_of, corpus, events_of, with_row

Change = Callable[[dict[str, Any]], None]


def divergence(verdict: Verdict, check: Check) -> tuple[int, str, list[str]]:
    found = verdict.finding(check).divergence
    assert found is not None, verdict
    return found.seq, found.field, list(found.values)


def changed(history: WorkflowHistory, kind: str, number: int, change: Change) -> WorkflowHistory:
    """The history with another payload in the event of that kind, counted from 1."""
    events = [HistoryEvent.FromString(event.SerializeToString()) for event in history.events]
    payloads = [found for event in events for found in _payloads(event, kind)]
    payload = payloads[number - 1]
    value = json.loads(payload.data)
    change(value)
    payload.data = json.dumps(value, ensure_ascii=False).encode()
    return WorkflowHistory(history.workflow_id, events)


def _payloads(event: HistoryEvent, kind: str) -> Sequence[Payload]:
    match kind:
        case "start":
            return event.workflow_execution_started_event_attributes.input.payloads
        case "answer":
            completed = event.workflow_execution_update_completed_event_attributes
            return completed.outcome.success.payloads
        case "request":
            return event.activity_task_scheduled_event_attributes.input.payloads
        case "end":
            return event.workflow_execution_completed_event_attributes.result.payloads
        case _:
            raise AssertionError(kind)


def set_event(**fields: Any) -> Change:
    return lambda answer: answer["events"][0]["event"].update(fields)


@pytest.mark.parametrize(
    ("kind", "number", "change", "expected"),
    [
        ("answer", 5, set_event(text="伪造"), (5, "event.text", ["history", "replay"])),
        ("answer", 5, set_event(foreign=1), (5, "event.foreign", ["history", "replay"])),
        (
            "answer",
            5,
            lambda answer: answer["state"].update(percent=99),
            (5, "answer.state.percent", ["history", "replay"]),
        ),
        (
            "answer",
            5,
            lambda answer: answer.update(digest="0"),
            (5, "answer.digest", ["history", "replay"]),
        ),
        ("end", 1, lambda end: end.update(hash="0"), (8, "end.hash", ["history", "replay"])),
    ],
)
async def test_a_changed_history_is_not_what_the_code_says(
    kind: str, number: int, change: Change, expected: tuple[int, str, list[str]]
) -> None:
    [history] = corpus("closed")

    verdict = await audited([changed(history, kind, number, change)], await book_of([history]))

    assert verdict.finding(Check.REPLAY).result is Result.HOLDS
    assert divergence(verdict, Check.REFOLD) == expected
    assert not verdict.ok


async def test_another_start_makes_another_first_event() -> None:
    [history] = corpus("under_way")

    forged = changed(history, "start", 1, lambda start: start["command"].update(remark="伪造"))
    verdict = await audited([forged], await book_of([history]))

    assert not verdict.ok
    assert Result.FAILS in {f.result for f in verdict.findings}


async def test_a_history_that_contradicts_itself_is_named() -> None:
    [history] = corpus("ledger_away")

    forged = changed(history, "request", 1, set_event(text="伪造"))
    verdict = await audited([forged], await book_of([history]))

    seq, field, witnesses = divergence(verdict, Check.REFOLD)
    assert (seq, field) == (5, "event.text")
    assert witnesses == ["history", "history_again"]


async def test_a_history_that_cannot_be_read_is_a_finding_not_a_crash() -> None:
    [history] = corpus("closed")

    forged = changed(history, "answer", 5, lambda answer: answer.clear())
    verdict = await audited([forged], await book_of([history]))

    assert verdict.finding(Check.LEDGER).reason is Reason.UNREADABLE
    assert verdict.finding(Check.CHAIN).result is Result.HOLDS


@pytest.mark.parametrize("left", [slice(1, None), slice(0, 1)])
async def test_a_lost_run_is_said_and_the_rest_still_compared(left: slice) -> None:
    runs = corpus("continued")
    book = await book_of(runs)

    verdict = await audited(runs[left], book)

    assert verdict.standing is Standing.RUNS_MISSING
    assert verdict.finding(Check.REPLAY).result is Result.NOT_POSSIBLE
    assert verdict.finding(Check.CHAIN).result is Result.HOLDS
    known = max(await events_of(runs[left])) - 5
    forged = await audited(runs[left], with_row(book, known, account="x"))
    assert divergence(forged, Check.LEDGER)[:2] == (known, "events.account")


async def test_a_run_that_begins_otherwise_than_it_was_handed_over_is_named() -> None:
    first, second = corpus("continued")
    forged = changed(second, "start", 1, lambda start: start["carried"]["state"].update(percent=9))

    verdict = await audited([first, forged], await book_of([first, second]))

    assert divergence(verdict, Check.REFOLD)[1] in {
        "start.carried.state.percent",
        "answer.state.percent",
    }


async def test_a_history_with_gaps_is_a_finding_not_a_wait_for_ever() -> None:
    [history] = corpus("closed")
    events = list(history.events)
    del events[3]

    verdict = await audited(
        [WorkflowHistory(history.workflow_id, events)], await book_of([history])
    )

    assert verdict.finding(Check.REPLAY).detail == "the history has gaps"
    assert not verdict.ok


async def test_a_workflow_before_its_first_task_has_not_started_anything() -> None:
    [history] = corpus("closed")
    begun = WorkflowHistory(history.workflow_id, list(history.events[:1]))

    waiting = await audited([begun], Book("REPLAY-CLOSED-001", reserved=True))
    ahead = await audited([begun], await book_of([history]))

    assert (waiting.standing, waiting.ok) == (Standing.NOT_STARTED, True)
    assert ahead.finding(Check.LEDGER).reason is Reason.ROW_EXTRA


async def test_a_history_cut_short_leaves_rows_that_it_does_not_know() -> None:
    [history] = corpus("closed")
    cut = WorkflowHistory(history.workflow_id, list(history.events[:-12]))

    verdict = await audited([cut], await book_of([history]))

    assert verdict.finding(Check.REPLAY).result is Result.HOLDS
    assert verdict.finding(Check.LEDGER).reason is Reason.ROW_EXTRA
