"""What an audit finds: a verdict on a demand, with one finding for each of the four checks."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import computed_field

from domain.values import Value

ABSENT = "<absent>"
"""What a witness says who has no such row, key or event."""

SEALED = "<sealed>"
"""What stands for all that a reader may not see who handles the demand."""


class Check(StrEnum):
    """The four questions of an audit, in the order in which they are answered."""

    REPLAY = "replay"
    REFOLD = "refold"
    LEDGER = "ledger"
    CHAIN = "chain"


class Result(StrEnum):
    """How a check ended. Not possible: what it needs is missing, so nothing is proven."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_POSSIBLE = "not_possible"


class Reason(StrEnum):
    """Why a check does not hold."""

    DIFFERS = "differs"
    ROW_MISSING = "row_missing"
    ROW_EXTRA = "row_extra"
    LAGGING = "lagging"
    NONDETERMINISM = "nondeterminism"
    NOT_REPLAYED = "not_replayed"
    UNREADABLE = "unreadable"
    HISTORY_MISSING = "history_missing"
    RUNS_MISSING = "runs_missing"
    NOTHING_RECORDED = "nothing_recorded"


class Standing(StrEnum):
    """What there is of a demand to look at."""

    COMPLETE = "complete"
    LAGGING = "lagging"  # the history is seconds ahead of the ledger
    STOPPED = "stopped"  # somebody terminated the workflow of an open demand
    RUNS_MISSING = "runs_missing"  # earlier runs of the history are gone
    HISTORY_MISSING = "history_missing"  # retention is over, or somebody deleted it
    NOT_STARTED = "not_started"  # an id is reserved, nothing happened yet
    NO_EVENTS = "no_events"  # a current state without any event behind it
    UNKNOWN = "unknown"  # neither the ledger nor Temporal knows the demand


class Divergence(Value):
    """The first place where two witnesses contradict each other.

    `values` holds what each says, by its name: ledger, history, replay, refold or recomputed.
    """

    demand: str
    seq: int
    field: str
    values: dict[str, Any]


class Finding(Value):
    """How one check ended, and why where it does not hold."""

    check: Check
    result: Result
    reason: Reason | None = None
    detail: str = ""
    divergence: Divergence | None = None


class Verdict(Value):
    """All findings on one demand."""

    demand: str
    standing: Standing
    runs: int
    events: int
    findings: tuple[Finding, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ok(self) -> bool:
        """Whether everything is proven that there is to prove."""
        if self.standing is Standing.NOT_STARTED:
            return True
        held = all(finding.result is Result.HOLDS for finding in self.findings)
        return held and self.standing is Standing.COMPLETE

    def finding(self, check: Check) -> Finding:
        """The finding of one check."""
        return next(finding for finding in self.findings if finding.check is check)


def sealed(verdict: Verdict) -> Verdict:
    """The verdict for a handler: what fails and where, without what anybody said."""
    return verdict.model_copy(update={"findings": tuple(map(_sealed, verdict.findings))})


def _sealed(finding: Finding) -> Finding:
    told = finding.divergence
    if told is not None:
        told = told.model_copy(update={"values": dict.fromkeys(told.values, SEALED)})
    detail = SEALED if finding.detail else ""
    return finding.model_copy(update={"divergence": told, "detail": detail})


def holds(check: Check) -> Finding:
    """The check holds."""
    return Finding(check=check, result=Result.HOLDS)


def fails(
    check: Check, reason: Reason, divergence: Divergence | None = None, detail: str = ""
) -> Finding:
    """The check fails."""
    return Finding(
        check=check, result=Result.FAILS, reason=reason, divergence=divergence, detail=detail
    )


def not_possible(check: Check, reason: Reason) -> Finding:
    """What the check needs is missing."""
    return Finding(check=check, result=Result.NOT_POSSIBLE, reason=reason)
