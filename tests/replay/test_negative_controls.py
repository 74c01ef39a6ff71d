"""What must fail: changed code against the recorded lives. Otherwise the corpus proves nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio import workflow

import workflows.demand
from audit import refold
from audit.verdicts import Check, Reason, Result, Verdict
from domain.commands import Command
from domain.decide import decide
from domain.events import Evaluated, Event, ProgressReported
from domain.evolve import evolve
from domain.state import DemandState
from tests.support.audited import audited, corpus
from workflows.contracts import DemandEnd, DemandStart
from workflows.demand import DemandWorkflow


@workflow.defn(name="Demand")
class WithTimer(DemandWorkflow):
    """The demand workflow with one timer more."""

    @workflow.init
    def __init__(self, start: DemandStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: DemandStart) -> DemandEnd:
        await asyncio.sleep(1)
        return await super().run(start)


@workflow.defn(name="Demand")
class WithoutDelivery(DemandWorkflow):
    """The demand workflow that no longer delivers to the ledger what it owes."""

    @workflow.init
    def __init__(self, start: DemandStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: DemandStart) -> DemandEnd:
        return await super().run(start)

    async def _deliver(self) -> None:
        self._owed = False


def found(verdict: Verdict, check: Check) -> tuple[Result, Reason | None]:
    finding = verdict.finding(check)
    return finding.result, finding.reason


@pytest.mark.parametrize(
    ("life", "changed"),
    [("closed", WithTimer), ("continued", WithTimer), ("ledger_away", WithoutDelivery)],
)
async def test_another_workflow_does_not_replay(life: str, changed: type) -> None:
    verdict = await audited(corpus(life), workflows=[changed])

    assert found(verdict, Check.REPLAY) == (Result.FAILS, Reason.NONDETERMINISM)
    assert found(verdict, Check.REFOLD) == (Result.NOT_POSSIBLE, Reason.NOT_REPLAYED)
    assert not verdict.ok


async def test_another_rule_replays_but_says_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def flattering(state: DemandState | None, command: Command, at: Any) -> tuple[Event, ...]:
        return tuple(
            event.model_copy(update={"score": 4}) if isinstance(event, Evaluated) else event
            for event in decide(state, command, at)
        )

    monkeypatch.setattr(workflows.demand, "decide", flattering)

    verdict = await audited(corpus("closed"))

    assert found(verdict, Check.REPLAY) == (Result.HOLDS, None)
    divergence = verdict.finding(Check.REFOLD).divergence
    assert divergence is not None
    assert (divergence.seq, divergence.field) == (7, "event.score")
    assert divergence.values == {"history": 5, "replay": 4}


async def test_one_event_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(state: DemandState | None, command: Command, at: Any) -> list[Event]:
        events = list(decide(state, command, at))
        return events * 2 if isinstance(events[0], ProgressReported) else events

    monkeypatch.setattr(workflows.demand, "decide", twice)

    verdict = await audited(corpus("paused"))

    assert found(verdict, Check.REPLAY) == (Result.HOLDS, None)
    divergence = verdict.finding(Check.REFOLD).divergence
    assert divergence is not None
    assert divergence.field == "answer.events.1"


@pytest.mark.parametrize("where", [workflows.demand, refold])
async def test_another_fold_is_seen(monkeypatch: pytest.MonkeyPatch, where: Any) -> None:
    def forgetful(state: DemandState | None, event: Event) -> DemandState:
        return evolve(state, event).model_copy(update={"percent": 0})

    monkeypatch.setattr(where, "evolve", forgetful)

    verdict = await audited(corpus("closed"))

    assert found(verdict, Check.REPLAY) == (Result.HOLDS, None)
    divergence = verdict.finding(Check.REFOLD).divergence
    assert divergence is not None
    assert divergence.seq == 5
    assert divergence.field.endswith("state.percent")
