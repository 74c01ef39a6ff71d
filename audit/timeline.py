"""A demand's life step by step, as of any instant: what happened and what it made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.compare import differences
from audit.refold import refold
from domain.chain import Recorded
from domain.sealing import SealedState, SeenEvent, seal_event, seal_state
from domain.state import DemandState, Holder, holder
from domain.values import Instant, Status, Value

_SHOWN_ANYWAY = {"status", "round", "percent", "since", "changed_at"}


class Change(Value):
    """A field of the state that a step changed."""

    field: str
    before: Any
    after: Any


class Step(Value):
    """One event with the state after it."""

    seq: int
    at: Instant
    event: SeenEvent
    status: Status
    holder: Holder | None
    round: int
    percent: int
    changes: tuple[Change, ...]
    hash: str


class Timeline(Value):
    """The steps up to an instant, and the state as of then; None before the first."""

    demand: str
    until: Instant | None
    steps: tuple[Step, ...]
    state: SealedState | DemandState | None


def timeline(
    demand: str, events: Mapping[int, Recorded], until: datetime | None, *, sealed: bool = False
) -> Timeline:
    """The steps of a demand, oldest first, as far as its events are known without a gap.

    `sealed` for a reader from whom the enterprise's word is kept.
    """
    steps: list[Step] = []
    state: DemandState | None = None
    for seq, folded in refold(events).states.items():
        after = seal_state(folded) if sealed else folded
        recorded = events[seq]
        if until is not None and recorded.event.at > until:
            break
        event = seal_event(recorded.event) if sealed else recorded.event
        steps.append(_step(recorded, event, state, after))
        state = after
    return Timeline(demand=demand, until=until, steps=tuple(steps), state=state)


def _step(
    recorded: Recorded, event: SeenEvent, before: DemandState | None, after: DemandState
) -> Step:
    return Step(
        seq=recorded.seq,
        at=recorded.event.at,
        event=event,
        status=after.status,
        holder=holder(after),
        round=after.round,
        percent=after.percent,
        changes=_changes(before, after),
        hash=recorded.hash,
    )


def _changes(before: DemandState | None, after: DemandState) -> tuple[Change, ...]:
    """What is otherwise than before, beyond what each step shows; nothing for the first."""
    if before is None:
        return ()
    was, now = before.model_dump(mode="json"), after.model_dump(mode="json")
    return tuple(
        Change(field=name, before=was[name], after=now[name])
        for name in now
        if name not in _SHOWN_ANYWAY and any(differences(was[name], now[name]))
    )
