"""Every history that was ever recorded replays on the code of today and says the same again."""

from __future__ import annotations

import hashlib

import pytest

from audit.verdicts import Result
from tests.replay.fixtures import names, notes, raw_of
from tests.replay.record import LIVES
from tests.support.audited import audited, corpus, events_of


@pytest.mark.parametrize("life", names())
async def test_a_recorded_life_replays_and_says_the_same_again(life: str) -> None:
    verdict = await audited(corpus(life))

    held = {finding.check: finding for finding in verdict.findings}
    assert all(finding.result is Result.HOLDS for finding in held.values()), held
    assert verdict.ok


@pytest.mark.parametrize("life", names())
def test_a_fixture_is_what_its_note_says(life: str) -> None:
    for note in notes(life):
        assert hashlib.sha256(raw_of(note)).hexdigest() == note.sha256
    assert [note.run for note in notes(life)] == list(range(1, notes(life)[0].runs + 1))


def test_the_corpus_has_every_life() -> None:
    assert {life.__name__ for life in LIVES} <= set(names())


async def test_the_corpus_knows_every_event() -> None:
    from domain.events import Event

    known = {kind.model_fields["kind"].default for kind in Event.__origin__.__args__}
    seen = {
        recorded.event.kind
        for life in names()
        for recorded in (await events_of(corpus(life))).values()
    }
    assert seen == known


async def test_a_life_of_two_runs_is_one_chain() -> None:
    runs = corpus("continued")

    verdict = await audited(runs)

    assert verdict.runs == 2
    assert verdict.ok
    assert list(await events_of(runs)) == list(range(1, verdict.events + 1))
