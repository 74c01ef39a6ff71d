"""Events complete with their time: the clocks they move, the custody up to them, whom they tell."""

from __future__ import annotations

from collections.abc import Iterable

from domain import events as e
from domain.actors import CLOCK
from domain.custody import charges
from domain.evolve import evolve
from domain.running import Fate
from domain.state import DemandState
from domain.telling import notices
from domain.timekeeping import clock_changes
from domain.values import Right


def timed(state: DemandState | None, events: Iterable[e.Event]) -> tuple[e.Event, ...]:
    """The events as they go into the chain; one more for each overdue that they withdraw.

    Under a policy without deadlines they are as they were.
    """
    done: list[e.Event] = []
    for event in events:
        before = state
        state, found = _timed(before, event)
        done.append(found)
        for withdrawn in _withdrawn(before, found):
            state, found = _timed(state, withdrawn)
            done.append(found)
    return tuple(done)


def _timed(state: DemandState | None, event: e.Event) -> tuple[DemandState, e.Event]:
    after = evolve(state, event)
    if after.rules is None:
        return after, event
    kept = {"clocks": clock_changes(state, after, event), "charged": charges(state, event.at)}
    event = event.model_copy(update=kept)
    after = evolve(state, event)
    return after, event.model_copy(update={"tell": notices(state, after, event)})


def _withdrawn(before: DemandState | None, event: e.Event) -> list[e.Event]:
    """An overdue that had been declared, and is no more because its deadline has moved."""
    found: list[e.Event] = []
    for change in event.clocks:
        running = change.running
        old = before.clock(*running.key) if before is not None else None
        if change.fate is not Fate.MOVED or old is None or old.overdue_since is None:
            continue
        if running.overdue_since is None:
            found.append(
                e.OverdueWithdrawn(
                    at=event.at,
                    by=CLOCK,
                    right=Right.CLOCK,
                    clock=running.clock,
                    subject=running.subject,
                    due=old.overdue_since,
                    planned=event.at,
                )
            )
    return found
