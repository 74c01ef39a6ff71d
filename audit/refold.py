"""Check (b): what the code says again equals what it said, and folds to the recorded states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from audit.compare import difference, filled
from audit.facts import Disagreement, Facts
from audit.verdicts import ABSENT
from domain.chain import Recorded
from domain.evolve import evolve
from domain.state import DemandState

State = dict[str, Any]


@dataclass(frozen=True)
class Folded:
    """The state after each event, folded from scratch; where it could not go on, if it couldn't."""

    states: dict[int, DemandState]
    stuck: Disagreement | None = None

    def fields(self, seq: int) -> State | None:
        """The JSON fields of the state after that event."""
        state = self.states.get(seq)
        return None if state is None else state.model_dump(mode="json")


def refold(events: Mapping[int, Recorded]) -> Folded:
    """Fold all events from the first on, as far as none is missing."""
    states: dict[int, DemandState] = {}
    state: DemandState | None = None
    for expected, seq in enumerate(sorted(events), start=1):
        if seq != expected:
            return Folded(states, Disagreement(expected, "seq", ABSENT, seq))
        try:
            state = evolve(state, events[seq].event)
        except (AssertionError, ValueError) as error:
            return Folded(states, Disagreement(seq, "event", events[seq].event.kind, str(error)))
        states[seq] = state
    return Folded(states)


def events_differ(history: Facts, replay: Facts) -> Disagreement | None:
    """The first event of the history that the replay makes otherwise, or not at all."""
    for seq, event in sorted(history.events.items()):
        found = difference(event, replay.events.get(seq, ABSENT))
        if found is not None:
            return Disagreement(seq, found.path or "event", found.one, found.other)
    return None


def snapshots_differ(facts: Facts, folded: Folded) -> Disagreement | None:
    """The first snapshot that is not the fold of the events up to it."""
    for snapshot in sorted(facts.snapshots, key=lambda one: one.seq):
        found = state_differs(snapshot.seq, snapshot.state, folded.fields(snapshot.seq))
        if found is not None:
            return found
    return None


def heads_differ(facts: Facts) -> Disagreement | None:
    """The first head that does not name the hash of its event."""
    for seq, digest in sorted(facts.heads.items()):
        event = facts.events.get(seq)
        if event is not None and event["hash"] != digest:
            return Disagreement(seq, "head.hash", digest, event["hash"])
    return None


def state_differs(
    seq: int, state: Any, fields: State | None, path: str = "state"
) -> Disagreement | None:
    """Where a state that was written down differs from the fields of the fold."""
    found = difference(state, ABSENT if fields is None else fields, path)
    if found is None:
        return None
    try:  # A state written before a field was added is the same state without it.
        full = DemandState.model_validate(state).model_dump(mode="json")
    except ValidationError:
        return Disagreement(seq, *found)
    found = difference(filled(state, full), fields, path)
    return None if found is None else Disagreement(seq, *found)
