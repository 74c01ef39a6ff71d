"""Verdicts on the corpus against ledgers that somebody changed, without any engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit.books import Book
from audit.judge import judge, open_case
from audit.verdicts import Check, Divergence, Reason, Result, Standing, Verdict
from domain.chain import append, hash_of
from tests.support.audited import (
    YEARS_LATER,
    audited,
    book_from,
    book_of,
    corpus,
    events_of,
    with_current,
    with_row,
)

RUNS = corpus("closed")
LAST = 8


def results(verdict: Verdict) -> list[Result]:
    return [finding.result for finding in verdict.findings]


def at(verdict: Verdict, check: Check) -> tuple[int, str]:
    found: Divergence | None = verdict.finding(check).divergence
    assert found is not None, verdict
    assert found.demand == verdict.demand
    return found.seq, found.field


def body_with(book: Book, seq: int, change: Callable[[dict[str, Any]], None]) -> str:
    body = json.loads(book.rows[seq - 1]["body"])
    change(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


async def test_an_untouched_ledger_holds() -> None:
    verdict = await audited(RUNS)

    assert results(verdict) == [Result.HOLDS] * 4
    assert (verdict.standing, verdict.events, verdict.ok) == (Standing.COMPLETE, LAST, True)


@pytest.mark.parametrize("column", ["kind", "account", "command_id", "at", "prev", "hash"])
async def test_a_changed_column_is_named_by_ledger_and_chain(column: str) -> None:
    book = with_row(await book_of(RUNS), 5, **{column: "x"})

    verdict = await audited(RUNS, book)

    assert at(verdict, Check.LEDGER) == (5, f"events.{column}")
    assert at(verdict, Check.CHAIN) == (5, f"events.{column}")


async def test_a_changed_character_in_the_body_is_named_as_a_field() -> None:
    book = await book_of(RUNS)
    body = book.rows[4]["body"].replace("已踏勘", "己踏勘")

    verdict = await audited(RUNS, with_row(book, 5, body=body))

    assert at(verdict, Check.LEDGER) == (5, "events.body.event.text")
    assert verdict.finding(Check.LEDGER).divergence == Divergence(
        demand=book.demand,
        seq=5,
        field="events.body.event.text",
        values={"ledger": "己踏勘", "history": "已踏勘"},
    )
    assert at(verdict, Check.CHAIN) == (5, "events.hash")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body["event"].update(extra=1), "events.body.event.extra"),
        (lambda body: body["event"].pop("percent"), "events.body.event.percent"),
        (lambda body: body["event"].update(percent=50.0), "events.body.event.percent"),
        (lambda body: body["event"]["by"].update(captain=False), "events.body.event.by.captain"),
    ],
)
async def test_a_key_more_less_or_of_another_type_is_seen(
    change: Callable[[dict[str, Any]], None], field: str
) -> None:
    book = await book_of(RUNS)

    verdict = await audited(RUNS, with_row(book, 5, body=body_with(book, 5, change)))

    assert at(verdict, Check.LEDGER) == (5, field)


async def test_other_bytes_for_the_same_values_are_seen_even_with_their_own_hash() -> None:
    book = await book_of(RUNS)
    body = json.dumps(json.loads(book.rows[-1]["body"]), ensure_ascii=False)

    verdict = await audited(RUNS, with_row(book, LAST, body=body, hash=hash_of(body)))

    assert at(verdict, Check.LEDGER) == (LAST, "events.hash")
    assert at(verdict, Check.CHAIN) == (LAST, "events.body")


async def test_a_body_that_is_no_json_is_shown_by_its_characters() -> None:
    book = await book_of(RUNS)

    verdict = await audited(RUNS, with_row(book, 2, body=book.rows[1]["body"][:-1]))

    assert at(verdict, Check.LEDGER) == (2, "events.body")
    assert at(verdict, Check.CHAIN) == (2, "events.hash")


async def test_a_chain_forged_as_a_whole_is_not_the_workflows() -> None:
    events = await events_of(RUNS)
    forged = [
        recorded.event.model_copy(update={"text": "伪造"}) if recorded.seq == 5 else recorded.event
        for recorded in events.values()
    ]
    head, chain = append_all(forged, [recorded.command_id for recorded in events.values()])
    book = book_from({recorded.seq: recorded for recorded in chain})

    verdict = await audited(RUNS, book)

    assert at(verdict, Check.LEDGER) == (5, "events.hash")
    assert at(verdict, Check.CHAIN) == (LAST, "head.hash")
    assert verdict.finding(Check.CHAIN).divergence.values["ledger"] == head  # type: ignore[union-attr]


def append_all(events: list[Any], command_ids: list[str]) -> tuple[str, list[Any]]:
    from domain.chain import Head

    head, chain = Head(), []
    for event, command_id in zip(events, command_ids, strict=True):
        head, recorded = append(head, "REPLAY-CLOSED-001", command_id, [event])
        chain += recorded
    return head.hash, chain


async def test_missing_rows_and_rows_too_many_are_told_apart() -> None:
    book = await book_of(RUNS)
    without = replace(book, rows=book.rows[:4] + book.rows[5:])
    more = replace(book, rows=(*book.rows, dict(book.rows[-1]) | {"seq": LAST + 1}))

    missing, extra = await audited(RUNS, without), await audited(RUNS, more)

    assert missing.finding(Check.LEDGER).reason is Reason.ROW_MISSING
    assert at(missing, Check.LEDGER) == (5, "events")
    assert at(missing, Check.CHAIN) == (5, "events.seq")
    assert extra.finding(Check.LEDGER).reason is Reason.ROW_EXTRA
    assert at(extra, Check.LEDGER) == (LAST + 1, "events")


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"status": "resolved"}, "demands.status"),
        ({"open": True}, "demands.open"),
        ({"returns": 3}, "demands.returns"),
        ({"holder_code": "U01"}, "demands.holder_code"),
        ({"seq": LAST - 1}, "demands.seq"),
        ({"hash": "0" * 64}, "demands.hash"),
        ({"contiguous": LAST - 1}, "demands.contiguous"),
        ({"enterprise_name": "某公司"}, "demands.enterprise_name"),
    ],
)
async def test_a_changed_column_of_the_current_state_is_named(
    columns: dict[str, Any], field: str
) -> None:
    verdict = await audited(RUNS, with_current(await book_of(RUNS), **columns))

    assert at(verdict, Check.LEDGER)[1] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [({"percent": 99}, "percent"), ({"extra": 1}, "extra"), ({"round": None}, "round")],
)
async def test_a_changed_state_is_named_by_ledger_and_refold(
    change: dict[str, Any], field: str
) -> None:
    book = await book_of(RUNS)
    assert book.current is not None

    verdict = await audited(RUNS, with_current(book, state=book.current["state"] | change))

    assert at(verdict, Check.LEDGER) == (LAST, f"demands.state.{field}")
    assert at(verdict, Check.REFOLD) == (LAST, f"demands.state.{field}")


async def test_a_missing_current_state_is_named() -> None:
    verdict = await audited(RUNS, replace(await book_of(RUNS), current=None))

    assert at(verdict, Check.LEDGER) == (LAST, "demands")


# ---- what is on its way, and what there is to look at -------------------------------------------


async def behind(seconds: float, intents: bool = False, known: bool = False) -> Verdict:
    """The verdict where the ledger lacks the last command, so many seconds after it."""
    events = await events_of(RUNS)
    book = book_from({seq: events[seq] for seq in range(1, 7)})
    if intents:
        book = replace(book, intents=frozenset({events[7].command_id}))
    if known:
        book = with_current(book, contiguous=LAST)
    return await audited(RUNS, book, now=events[LAST].event.at + timedelta(seconds=seconds))


async def test_events_on_their_way_are_lag_not_loss() -> None:
    for verdict in (await behind(3), await behind(3600, intents=True)):
        assert verdict.standing is Standing.LAGGING
        assert verdict.finding(Check.LEDGER).reason is Reason.LAGGING
        assert at(verdict, Check.LEDGER) == (7, "events")
        assert verdict.finding(Check.CHAIN).result is Result.HOLDS
        assert not verdict.ok


async def test_events_that_never_come_or_were_there_before_are_lost() -> None:
    for verdict in (await behind(3600), await behind(3, known=True)):
        assert verdict.standing is Standing.COMPLETE
        assert verdict.finding(Check.LEDGER).reason is Reason.ROW_MISSING


async def test_tampering_is_named_before_lag() -> None:
    events = await events_of(RUNS)
    book = with_row(book_from({seq: events[seq] for seq in range(1, 7)}), 2, account="x")

    verdict = await audited(RUNS, book, now=events[LAST].event.at)

    assert at(verdict, Check.LEDGER) == (2, "events.account")


async def test_a_missing_history_leaves_what_the_ledger_alone_can_prove() -> None:
    book = await book_of(RUNS)

    verdict = await audited([], book)

    assert verdict.standing is Standing.HISTORY_MISSING
    assert results(verdict) == [
        Result.NOT_POSSIBLE,
        Result.HOLDS,
        Result.NOT_POSSIBLE,
        Result.HOLDS,
    ]
    assert not verdict.ok
    forged = await audited([], with_current(book, status="resolved"))
    assert at(forged, Check.REFOLD) == (LAST, "demands.status")
    broken = await audited([], with_row(book, 5, prev="0" * 64))
    assert at(broken, Check.CHAIN) == (5, "events.prev")


async def test_what_never_began_is_told_from_what_lost_its_events() -> None:
    book = await book_of(RUNS)
    bare = {
        Standing.NOT_STARTED: Book("X-1", reserved=True),
        Standing.UNKNOWN: Book("X-1"),
        Standing.NO_EVENTS: replace(book, rows=()),
    }

    for standing, one in bare.items():
        verdict = judge(await open_case(one, [], {}), YEARS_LATER)
        assert verdict.standing is standing
        assert verdict.ok is (standing is Standing.NOT_STARTED)
