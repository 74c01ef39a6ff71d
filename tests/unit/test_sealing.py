"""What an enterprise says of a demand's handlers is kept from them until it has ended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from audit.timeline import timeline
from audit.verdicts import (
    SEALED,
    Check,
    Divergence,
    Reason,
    Standing,
    Verdict,
    fails,
    holds,
    sealed,
)
from domain import commands as c
from domain.actors import Actor
from domain.authority import may_read
from domain.chain import body_of, hash_of
from domain.open_acts import open_acts
from domain.refusal import RefusalCode
from domain.sealing import (
    SealedEvent,
    SealedState,
    seal_event,
    seal_state,
    sealed_from,
    seen_events,
    seen_state,
)
from domain.state import DemandState, holder
from domain.tasks import tasks_for
from domain.values import Outcome
from ledger.message_facts import facts_of
from runtime.message_words import message
from starter import showing_time, words
from starter.cli import audit_view
from starter.reading import seen_rows
from starter.slips import values
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.wandering import Wanderer

MARK = "办事拖沓、从不回电"
SEALED_TEXT = "销号前对承办方保密"

UNHAPPY = c.Evaluate(by=w.OWNER, score=1, comment=MARK)
HAPPY = c.Evaluate(by=w.OWNER, score=5, comment=MARK)


def reopened() -> d.Life:
    return d.resolved().do(UNHAPPY)


def not_now() -> d.Life:
    return d.in_progress().do(w.put_off(d.park("05-01 00:00").date()), HAPPY)


def to_revisit() -> d.Life:
    return d.resolved(d.rules(evaluation={"follow_up": 100, "rounds": 2})).do(HAPPY)


def taken_away() -> d.Life:
    """Dissatisfied in the last round: nobody has it, the bureau is to rule."""
    again = (w.plan(), w.resolution(Outcome.EXPLAINED))
    return reopened().do(*again, UNHAPPY)


# From whom the enterprise's word is kept (x), of those who may read the demand at all.
TABLE = """
              reopened taken_away closed
clerk         .        .          .
secretary     .        .          .
handler       x        -          .
deputy        x        -          .
captain       x        -          .
member        x        -          .
colleague     x        -          .
owner         .        .          .
chain_leader  .        .          .
park_leader   .        .          .
auditor       .        .          .
admin         .        .          .
operator      .        .          .
clock         .        .          .
"""


def test_from_whom_it_is_sealed() -> None:
    states = {
        "reopened": reopened().state,
        "taken_away": taken_away().state,
        "closed": d.resolved().do(HAPPY).state,
    }
    columns, *rows = [line.split() for line in TABLE.strip().splitlines()]
    table = {name: dict(zip(columns, row, strict=True)) for name, *row in rows}
    readers = {n for n, a in w.EVERYBODY.items() if may_read(a, states["reopened"])}
    assert set(table) == readers
    for name, row in table.items():
        found = {column: mark(w.EVERYBODY[name], state) for column, state in states.items()}
        assert found == row, name


def mark(actor: Actor, state: DemandState) -> str:
    if not may_read(actor, state):
        return "-"
    return "x" if sealed_from(actor, state) else "."


def test_a_helping_unit_is_a_handler_also_when_it_has_done_its_part() -> None:
    done = c.FinishCoHandling(by=w.NEIGHBOUR, text="已停电")
    life = d.helped().do(done, w.resolution(Outcome.EXPLAINED), UNHAPPY)
    assert sealed_from(w.NEIGHBOUR, life.state)


def test_the_secretary_unit_is_a_handler_where_it_has_or_had_the_demand() -> None:
    own = w.HANDLER.model_copy(update={"secretary_of": ("BIO",)})
    assert sealed_from(own, reopened().state)
    away = taken_away().state
    assert away.unit is None
    assert may_read(own, away)
    assert sealed_from(own, away), "what was said was said of it"
    assert not sealed_from(w.SECRETARY, away)


def test_the_bureau_hears_it_also_where_its_own_unit_leads() -> None:
    life = w.listed().do(w.assignment(unit=w.CENTRE, squad=None), w.claim(by=w.CLERK))
    life.do(w.plan(by=w.CLERK), w.resolution(by=w.CLERK), UNHAPPY)
    assert seen_state(w.CLERK, life.state) is life.state


# ---- sealed copies ------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [reopened, not_now, to_revisit, taken_away])
def test_a_sealed_state_has_no_room_for_the_word(begin: Any) -> None:
    state = begin().state
    kept = seal_state(state)
    assert isinstance(kept, SealedState)
    assert kept.evaluations == ()
    assert [one.round for one in kept.sealed] == [one.round for one in state.evaluations]
    assert kept.resolution is None or kept.resolution.score is None
    assert seal_state(kept) is kept
    assert MARK not in kept.model_dump_json()
    assert SealedState.model_validate_json(kept.model_dump_json()).sealed == kept.sealed


@pytest.mark.parametrize("begin", [d.in_progress, reopened, not_now, to_revisit, taken_away])
def test_all_else_is_told_of_it_as_of_the_other(begin: Any) -> None:
    life = begin()
    state, kept = life.state, seal_state(life.state)
    assert holder(kept) == holder(state)
    for actor in w.EVERYBODY.values():
        assert tasks_for(actor, kept) == tasks_for(actor, state)
        assert open_acts(actor, kept, life.at) == open_acts(actor, state, life.at)
        assert sealed_from(actor, kept) == sealed_from(actor, state)
    at = life.at + timedelta(days=1)
    assert showing_time.held(kept, at) == showing_time.held(state, at)
    assert words.next_step(kept) == words.next_step(state)
    told = state.model_dump(exclude={"evaluations": True, "resolution": {"score"}})
    assert (
        kept.model_dump(exclude={"evaluations": True, "sealed": True, "resolution": {"score"}})
        == told
    )


def test_only_the_enterprise_s_word_is_taken_out_of_events() -> None:
    life = to_revisit().do(c.FollowUp(by=w.CLERK, text=MARK, satisfied=True))
    kept = [seal_event(event) for event in life.events]
    taken = [event.kind for event in kept if isinstance(event, SealedEvent)]
    assert taken == ["evaluated", "followed_up"]
    for event, seen in zip(life.events, kept, strict=True):
        assert (seen.kind, seen.at, seen.by, seen.right) == (
            *(event.kind, event.at, event.by, event.right),
        )
        assert (seen.clocks, seen.charged, seen.tell) == (event.clocks, event.charged, event.tell)
        assert isinstance(seen, SealedEvent) or seen is event
        assert MARK not in seen.model_dump_json()


def test_a_refusal_tells_no_handler_the_score() -> None:
    for actor in (w.HANDLER, w.MEMBER, w.NEIGHBOUR):
        again = c.Evaluate(by=actor, score=2, call_note="x")
        assert "score" not in not_now().refuse(again, RefusalCode.NOT_AUTHORIZED)


# ---- whatever is shown --------------------------------------------------------------------------


class Outspoken(Wanderer):
    """A life in which the enterprise says the same of every round, itself or by telephone."""

    def proposals(self, state: DemandState) -> list[tuple[c.Command, int]]:
        return [(said(command), often) for command, often in super().proposals(state)]


def said(command: c.Command) -> c.Command:
    match command:
        case c.Evaluate(score=score) if score % 2:
            by_phone = {"by": w.CLERK, "comment": MARK, "call_note": MARK}
            return command.model_copy(update=by_phone)
        case c.Evaluate():
            return command.model_copy(update={"comment": MARK})
        case c.FollowUp():
            return command.model_copy(update={"text": MARK})
        case _:
            return command


def shown(actor: Actor, life: d.Life) -> Iterator[str]:
    """All that is ever made of a demand for somebody to read."""
    state = seen_state(actor, life.state)
    events = seen_events(actor, life.state, life.events)
    kept = sealed_from(actor, life.state)
    yield words.evaluations(state)
    yield words.resolution(state)
    yield words.status(state)
    yield words.next_step(state, actor)
    yield str(showing_time.facts(state, life.at))
    yield from (words.said(event, state.plan) for event in events)
    yield state.model_dump_json()
    yield from (event.model_dump_json() for event in events)
    yield repr((state, events))
    yield from map(repr, seen_rows(rows_of(life), kept))
    by_seq = {recorded.seq: recorded for recorded in life.recorded}
    yield timeline(w.DEMAND, by_seq, None, sealed=kept).model_dump_json()
    if state.unit is not None and any(e.kind in ("assigned", "ruled") for e in life.events):
        yield str(values.assignment(state, events, life.at))
    if state.supervisions:
        yield str(values.supervision(state, events, None, life.at))
    yield from told(life)


def rows_of(life: d.Life) -> Any:
    return [
        {
            "seq": recorded.seq,
            "kind": recorded.event.kind,
            "at": recorded.event.at,
            "account": recorded.event.by.account,
            "command_id": recorded.command_id,
            "prev": recorded.prev,
            "hash": recorded.hash,
            "body": body_of(recorded, life.state.format),
        }
        for recorded in life.recorded
    ]


def told(life: d.Life) -> Iterator[str]:
    """Every message that there could be of its events."""
    for row in rows_of(life):
        facts = facts_of(row | {"demand": w.DEMAND, "state": life.state.model_dump_json()})
        yield message(facts.__dict__, "zh").text


REACHED: Counter[str] = Counter()
"""What the lives came to: moments with something to hide, and ends with something to read."""

WORD = frozenset({"evaluated", "followed_up"})


together = pytest.mark.xdist_group("sealed lives")


@together
@pytest.mark.parametrize("seed", range(10))
def test_nothing_shows_a_handler_the_word_before_the_end(seed: int) -> None:
    policy = d.rules(evaluation={"rounds": 2, "follow_up": 50})
    heard = 0
    for life in Outspoken(seed, policy, d.CALENDAR, acts=24).steps():
        happened, heard = heard < len(life.events), len(life.events)
        if not happened or not any(event.kind in WORD for event in life.events):
            continue
        handlers = [a for a in (w.HANDLER, w.NEIGHBOUR, w.MEMBER) if may_read(a, life.state)]
        for actor in handlers:
            if life.state.open:
                assert not any(MARK in text for text in shown(actor, life)), actor.account
                REACHED["open"] += 1
            elif words_of(life):
                assert any(MARK in text for text in shown(actor, life)), actor.account
                REACHED["ended"] += 1


def words_of(life: d.Life) -> list[str]:
    """What was said, without what the clock says for an enterprise that is silent."""
    return [said for event in life.events if MARK in (said := event.model_dump_json())]


@together
def test_the_lives_had_something_to_hide_and_something_to_tell() -> None:
    assert REACHED["open"] > 50
    assert REACHED["ended"] > 2


@pytest.mark.parametrize(
    "begin",
    [
        lambda: d.resolved().do(HAPPY),
        lambda: reopened().do(w.plan(), w.resolution(Outcome.EXPLAINED), HAPPY),
    ],
)
def test_once_closed_everybody_reads_it(begin: Any) -> None:
    life = begin()
    assert not life.state.open
    for actor in (w.HANDLER, w.MEMBER, w.CAPTAIN, w.CLERK, w.OWNER):
        assert MARK in words.evaluations(seen_state(actor, life.state))
        assert any(MARK in words.said(e) for e in seen_events(actor, life.state, life.events))
        assert any(MARK in text for text in shown(actor, life))


def test_others_read_it_at_once() -> None:
    life = reopened()
    for actor in (w.CLERK, w.SECRETARY, w.CHAIN_LEADER, w.PARK_LEADER, w.AUDITOR, w.OWNER):
        assert MARK in words.evaluations(seen_state(actor, life.state))


def test_a_handler_reads_that_there_is_something() -> None:
    life = reopened()
    state = seen_state(w.HANDLER, life.state)
    assert words.evaluations(state) == f"第 1 轮企业已评价，{SEALED_TEXT}"
    [evaluated] = [e for e in life.events if e.kind == "evaluated"]
    assert words.said(seal_event(evaluated)) == f"企业已评价，{SEALED_TEXT}"


def test_a_hash_cannot_be_tried_with_each_score() -> None:
    """All else of an evaluation can be read, so its hash would betray the score, but for the id."""
    life = d.resolved().do(c.Evaluate(by=w.OWNER, score=1))
    rows = seen_rows(rows_of(life), sealed=True)
    known = {row.command_id for row in rows}
    betraying = next(r for r in life.recorded if r.event.kind == "evaluated")
    assert betraying.command_id not in known
    hidden = [row.kind for row in rows if row.body is None]
    assert hidden == ["evaluated", "reopened"], "both were one command"
    assert all(f'"{betraying.command_id}"' not in (row.body or "") for row in rows)
    assert hash_of(body_of(betraying, 2)) == betraying.hash


# ---- the audit ----------------------------------------------------------------------------------


def test_a_timeline_shows_that_the_enterprise_has_spoken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    life = reopened()
    events = {recorded.seq: recorded for recorded in life.recorded}
    audit_view.show_timeline(timeline(w.DEMAND, events, life.at, sealed=True))
    printed = capsys.readouterr().out
    assert MARK not in printed
    assert "1 分" not in printed
    assert printed.count(SEALED_TEXT) == 2
    audit_view.show_timeline(timeline(w.DEMAND, events, life.at))
    assert MARK in capsys.readouterr().out


def test_a_sealed_verdict_says_what_fails_and_where_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parted = Divergence(
        demand=w.DEMAND, seq=9, field="event.comment", values={"ledger": MARK, "history": "好"}
    )
    failing = fails(Check.LEDGER, Reason.DIFFERS, parted, f"unreadable: {MARK}")
    findings = (holds(Check.REPLAY), failing)
    verdict = Verdict(
        demand=w.DEMAND, standing=Standing.COMPLETE, runs=1, events=10, findings=findings
    )
    kept = sealed(verdict)
    assert kept.findings[1].divergence is not None
    assert kept.findings[1].divergence.values == {"ledger": SEALED, "history": SEALED}
    assert (kept.ok, kept.findings[0]) == (verdict.ok, verdict.findings[0])
    assert MARK not in kept.model_dump_json()
    audit_view.show_verdict(kept)
    printed = capsys.readouterr().out
    assert MARK not in printed
    assert "event.comment" in printed
    assert json.loads(kept.model_dump_json())["findings"][1]["detail"] == SEALED
