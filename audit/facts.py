"""What the outputs of a demand's runs say of its events, states and chain, put in order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from audit.compare import difference, without_newer
from audit.outputs import Outputs
from domain.chain import Recorded, body_of


class Snapshot(NamedTuple):
    """A state that somebody wrote down, and the seq of the event it is the state after."""

    seq: int
    state: dict[str, Any]


class Disagreement(NamedTuple):
    """A place where two sides differ: seq, field, and what each says."""

    seq: int
    field: str
    one: Any
    other: Any


@dataclass
class Facts:
    """Events by seq, as normalised JSON and parsed; snapshots; hashes that were named as heads.

    The normalised JSON of an event is its canonical body and `hash`, with whatever else it had.
    """

    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    parsed: dict[int, Recorded] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)
    heads: dict[int, str] = field(default_factory=dict)
    contradictions: list[Disagreement] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    _raw: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add_event(self, raw: dict[str, Any], format_version: int) -> None:
        """One sighting of an event; a later one that differs is a contradiction."""
        seq = int(raw["seq"])
        if difference(self._raw.setdefault(seq, raw), raw) is None and seq in self.events:
            return
        try:
            recorded = Recorded.model_validate(raw)
        except ValidationError as error:
            self.unreadable[seq] = str(error)
            return
        normal = normalised(raw, recorded, format_version)
        known = self.events.setdefault(seq, normal)
        self.parsed.setdefault(seq, recorded)
        self._contradict(seq, known, normal)

    def add_head(self, seq: int, digest: str) -> None:
        """A hash that was named as the end of the chain."""
        self._contradict(seq, self.heads.setdefault(seq, digest), digest, "head.hash")

    def _contradict(self, seq: int, known: Any, now: Any, path: str = "") -> None:
        found = difference(known, now, path)
        if found is not None:
            self.contradictions.append(Disagreement(seq, *found))


def normalised(raw: dict[str, Any], recorded: Recorded, format_version: int) -> dict[str, Any]:
    """An event's JSON as its chain's format has it, plus what has no place in it."""
    canonical = json.loads(body_of(recorded, format_version)) | {"hash": recorded.hash}
    if difference(raw, canonical) is None:
        return raw
    normal: dict[str, Any] = without_newer(raw, canonical, recorded.model_dump(mode="json"))
    return normal


def facts_of(runs: Iterable[Outputs]) -> Facts:
    """The facts in what the runs said, oldest run first. Raises `KeyError` on a foreign shape."""
    facts = Facts()
    for run in runs:
        _add_start(facts, run.start)
        for answer in run.answers.values():
            _add_events(facts, answer["events"], answer["state"])
            facts.snapshots.append(Snapshot(int(answer["seq"]), answer["state"]))
        for request in run.requests:  # its state may be a later one: what is owed comes in parts
            _add_events(facts, request["events"], request["state"])
        _add_start(facts, run.next_start)
        if run.end is not None:
            facts.add_head(int(run.end["seq"]), str(run.end["hash"]))
    return facts


def add_final(facts: Facts, run: Outputs) -> None:
    """What the replay of the last run came to, for events that no message carried away."""
    _add_start(facts, run.final)


def _add_start(facts: Facts, start: dict[str, Any] | None) -> None:
    carried = None if start is None else start.get("carried")
    if carried is None:
        return
    state, head = carried["state"], carried["head"]
    _add_events(facts, carried["undelivered"], state)
    for known in carried["answers"]:
        _add_events(facts, known["events"], state)
    facts.snapshots.append(Snapshot(int(head["seq"]), state))
    facts.add_head(int(head["seq"]), str(head["hash"]))


def _add_events(facts: Facts, events: list[dict[str, Any]], state: dict[str, Any]) -> None:
    for raw in events:
        facts.add_event(raw, int(state["format"]))
