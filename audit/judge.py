"""Puts the four checks of one demand together into its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from temporalio.client import WorkflowHistory

from audit import against_ledger, chain, messages, refold
from audit.books import Book
from audit.facts import Disagreement, Facts, add_final, facts_of
from audit.outputs import Outputs, Unreadable, read
from audit.rederive import Rederived
from audit.verdicts import (
    Check,
    Divergence,
    Finding,
    Reason,
    Standing,
    Verdict,
    fails,
    holds,
    not_possible,
)
from domain.chain import Recorded


@dataclass
class Case:
    """One demand under audit: its book, its runs oldest first, and what the code says of them."""

    book: Book
    runs: list[Outputs] = field(default_factory=list)
    again: list[Rederived] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    unreadable: str = ""

    @property
    def whole(self) -> bool:
        """Whether no run is missing at either end."""
        return bool(self.runs) and self.runs[0].first and self.runs[-1].next_run_id is None

    @property
    def replayed(self) -> bool:
        """Whether every run went the same way again."""
        return bool(self.again) and all(run.failure is None for run in self.again)

    @property
    def events(self) -> dict[int, Recorded]:
        """The demand's events: the history's, or the ledger's where the history is not whole."""
        return self.facts.parsed if self.whole else chain.events_in(self.book)


async def open_case(
    book: Book, histories: Sequence[WorkflowHistory], rederived: Mapping[str, Rederived]
) -> Case:
    """Read the histories; a history that cannot be read is kept as such."""
    case = Case(book)
    case.again = [rederived[history.run_id] for history in histories]
    try:
        case.runs = [await read(history) for history in histories]
        case.facts = facts_of(case.runs)
    except (Unreadable, KeyError, TypeError, ValueError, IndexError) as error:
        case.unreadable = f"{type(error).__name__}: {error}"
    return case


def judge(case: Case, now: datetime) -> Verdict:
    """The verdict on a demand. `now` tells an event on its way from one that is lost."""
    findings = _with_history(case, now) if case.again else _without_history(case.book)
    return Verdict(
        demand=case.book.demand,
        standing=_standing(case, findings),
        runs=len(case.again),
        events=max([0, *case.facts.parsed, *(row["seq"] for row in case.book.rows)]),
        findings=findings,
    )


def _standing(case: Case, findings: Sequence[Finding]) -> Standing:
    book = case.book
    if not case.again or not (case.facts.events or case.unreadable or book.rows or book.current):
        if book.rows:
            return Standing.HISTORY_MISSING
        if book.current is not None:
            return Standing.NO_EVENTS
        return Standing.NOT_STARTED if book.reserved or case.again else Standing.UNKNOWN
    if case.runs and not case.whole:
        return Standing.RUNS_MISSING
    if case.runs and case.runs[-1].stopped:
        return Standing.STOPPED
    lagging = any(finding.reason is Reason.LAGGING for finding in findings)
    return Standing.LAGGING if lagging else Standing.COMPLETE


# ---- with a history -----------------------------------------------------------------------------


def _with_history(case: Case, now: datetime) -> tuple[Finding, ...]:
    replay = _replay(case)
    if case.unreadable:
        others = [
            fails(check, Reason.UNREADABLE, detail=case.unreadable)
            for check in (Check.REFOLD, Check.LEDGER)
        ]
        return replay, *others, _chain(case, lagging=False)
    differs = _events_differ(case)
    folded = refold.refold(case.events)
    ledger = _ledger(case, folded, now)
    lagging = ledger.reason is Reason.LAGGING
    return replay, _refold(case, differs, folded), ledger, _chain(case, lagging)


def _replay(case: Case) -> Finding:
    for run in case.again:
        if run.failure is not None:
            return fails(Check.REPLAY, Reason.NONDETERMINISM, detail=run.failure)
    if case.runs and not case.whole:
        return not_possible(Check.REPLAY, Reason.RUNS_MISSING)
    return holds(Check.REPLAY)


Named = tuple[str, str, Disagreement]
"""A disagreement and the names of its two sides."""


def _events_differ(case: Case) -> Named | None:
    """Where the history contradicts itself, or the replay the history.

    Afterwards the facts have the replay's final state as well, with what no message carried away.
    """
    if case.facts.contradictions:
        return "history", "history_again", case.facts.contradictions[0]
    if not case.replayed:
        return None
    again = facts_of(run.outputs for run in case.again)
    found = refold.events_differ(case.facts, again)
    found = found or messages.differ(case.runs, [run.outputs for run in case.again])
    add_final(case.facts, case.again[-1].outputs)
    if found is None and case.facts.contradictions:
        found = case.facts.contradictions[0]
    return None if found is None else ("history", "replay", found)


def _refold(case: Case, differs: Named | None, folded: refold.Folded) -> Finding:
    named = differs or _fold_differs(case, folded)
    if case.facts.unreadable:
        seq, error = min(case.facts.unreadable.items())
        found = Disagreement(seq, "event", error, "an event")
        named = "history", "refold", found
    if named is not None:
        return _differs(Check.REFOLD, Reason.DIFFERS, case.book, named)
    if not case.whole:
        return not_possible(Check.REFOLD, Reason.RUNS_MISSING)
    return holds(Check.REFOLD) if case.replayed else not_possible(Check.REFOLD, Reason.NOT_REPLAYED)


def _fold_differs(case: Case, folded: refold.Folded) -> Named | None:
    if folded.stuck is not None:
        # Without a replay, the first event is known only where an Update's answer has it.
        missing_is_known = not case.replayed and folded.stuck.field == "seq"
        return None if missing_is_known else ("history", "refold", folded.stuck)
    if case.whole:
        found = refold.heads_differ(case.facts) or refold.snapshots_differ(case.facts, folded)
        if found is not None:
            return "history", "refold", found
    return _current_state_differs(case.book, folded)


def _current_state_differs(book: Book, folded: refold.Folded) -> Named | None:
    if book.current is None:
        return None
    seq = book.current["seq"]
    found = refold.state_differs(seq, book.current["state"], folded.fields(seq), "demands.state")
    return None if found is None else ("ledger", "refold", found)


def _ledger(case: Case, folded: refold.Folded, now: datetime) -> Finding:
    found = against_ledger.ledger_differs(case.book, case.facts, case.events, folded, now)
    if found is not None:
        reason, differs = found
        return _differs(Check.LEDGER, reason, case.book, ("ledger", "history", differs))
    if not case.whole:
        return not_possible(Check.LEDGER, Reason.RUNS_MISSING)
    return holds(Check.LEDGER)


def _chain(case: Case, lagging: bool) -> Finding:
    hashes = {seq: event["hash"] for seq, event in case.facts.events.items()}
    found = chain.chain_breaks(case.book) or chain.head_differs(case.book, hashes)
    if found is None:
        return (
            holds(Check.CHAIN)
            if case.book.rows
            else not_possible(Check.CHAIN, Reason.NOTHING_RECORDED)
        )
    if lagging and found.field == "events.seq":
        return not_possible(Check.CHAIN, Reason.LAGGING)
    return _differs(Check.CHAIN, Reason.DIFFERS, case.book, ("ledger", "recomputed", found))


# ---- without one --------------------------------------------------------------------------------


def _without_history(book: Book) -> tuple[Finding, ...]:
    """What the ledger alone can prove: its chain, and that its state is the fold of its events."""
    reason = Reason.HISTORY_MISSING if book.rows or book.current else Reason.NOTHING_RECORDED
    if not book.rows and book.current is None:
        return tuple(not_possible(check, reason) for check in Check)
    return (
        not_possible(Check.REPLAY, reason),
        _refold_alone(book),
        not_possible(Check.LEDGER, reason),
        _chain(Case(book), lagging=False),
    )


def _refold_alone(book: Book) -> Finding:
    events = chain.events_in(book)
    folded = refold.refold(events)
    found = folded.stuck or against_ledger.current_differs(book, events, folded)
    if found is None:
        return holds(Check.REFOLD)
    return _differs(Check.REFOLD, Reason.DIFFERS, book, ("ledger", "refold", found))


def _differs(check: Check, reason: Reason, book: Book, named: Named) -> Finding:
    one, other, found = named
    values = {one: found.one, other: found.other}
    divergence = Divergence(demand=book.demand, seq=found.seq, field=found.field, values=values)
    return fails(check, reason, divergence)
