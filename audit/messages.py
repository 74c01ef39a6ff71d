"""What a run said, message by message, against what the replay says; and how runs hand over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from audit.compare import difference, filled
from audit.facts import Disagreement
from audit.outputs import Outputs
from audit.verdicts import ABSENT

Message = tuple[int, str, Any, Any]
"""A seq, what kind of message, what the history has and what the replay says."""


def differ(runs: Sequence[Outputs], again: Sequence[Outputs]) -> Disagreement | None:
    """The first message that the replay says otherwise, or the first hand-over that lost something.

    Where the history ends in the middle of a step, the replay may say more: that is not compared.
    """
    for run, replayed in zip(runs, again, strict=True):
        for seq, name, recorded, now in _pairs(run, replayed):
            found = difference(filled(recorded, now), now, name)
            if found is not None:
                return Disagreement(seq, *found)
    return hand_over_differs(runs)


def hand_over_differs(runs: Sequence[Outputs]) -> Disagreement | None:
    """Where a run did not begin with what the one before it handed over."""
    for before, after in pairwise(runs):
        found = difference(before.next_start, after.start, "start")
        found = found or difference(before.next_run_id, after.run_id, "run_id")
        if found is not None:
            return Disagreement(_seq_of_start(after.start), *found)
    return None


def _pairs(run: Outputs, again: Outputs) -> Iterator[Message]:
    for update, answer in run.answers.items():
        yield int(answer["seq"]), "answer", answer, again.answers.get(update, ABSENT)
    for number, request in enumerate(run.requests):
        said = again.requests[number] if number < len(again.requests) else ABSENT
        yield int(request["events"][-1]["seq"]), "request", request, said
    if run.next_start is not None:
        now = again.next_start or ABSENT
        yield _seq_of_start(run.next_start), "start", run.next_start, now
    if run.end is not None:
        yield int(run.end["seq"]), "end", run.end, again.end or ABSENT


def _seq_of_start(start: dict[str, Any] | None) -> int:
    carried = (start or {}).get("carried")
    return int(carried["head"]["seq"]) if carried else 1
