"""Demands whose events tell somebody, written into the ledger without any workflow."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain.chain import Head, append
from domain.commands import Amend
from domain.decide import decide
from domain.events import Listed
from domain.evolve import fold
from domain.notice import Notice
from domain.rules import Recipient
from domain.values import Urgency
from ledger import projector
from ledger.pool import Pool
from tests.support.chains import BEGAN, BUREAU, Step, list_demand

LONG_AGO = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def notice(
    recipient: Recipient, code: str = "", *, copy_to: bool = False, not_before: datetime = LONG_AGO
) -> Notice:
    """Somebody to be told; at once unless a time is given."""
    return Notice(recipient=recipient, code=code, copy_to=copy_to, not_before=not_before)


def telling(
    demand: str, *tells: Sequence[Notice], urgency: Urgency = Urgency.GENERAL
) -> list[Step]:
    """A demand of format 2 that is listed and then amended, an event for each `tell`."""
    head, state, steps = Head(), None, []
    for number, tell in enumerate(tells):
        at = BEGAN + timedelta(minutes=number)
        if state is None:
            listing = list_demand(demand).model_copy(update={"urgency": urgency})
            (event,) = decide(None, listing, at)
            assert isinstance(event, Listed)
            event = event.model_copy(update={"format": 2, "tell": tuple(tell)})
        else:
            (event,) = decide(state, Amend(by=BUREAU, remark=f"第{number}"), at)
            event = event.model_copy(update={"tell": tuple(tell)})
        head, recorded = append(head, demand, f"c{number}", [event])
        state = fold([*(e.event for s in steps for e in s.events), event])
        assert state is not None
        steps.append(Step(recorded, state))
    return steps


async def tell(pool: Pool, *notices: Notice, urgency: Urgency = Urgency.GENERAL) -> str:
    """A new demand whose first event tells these; its id."""
    demand = f"TELL-{next(_numbers):03d}"
    (step,) = telling(demand, notices, urgency=urgency)
    await projector.record(pool, step.events, step.state)
    return demand
