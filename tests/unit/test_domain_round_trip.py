"""Whatever the domain writes as JSON, it reads back exactly; what it cannot hold, it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.actors import Actor, operator
from domain.chain import Head, Recorded, append, body_of, hash_of, parse_event
from domain.commands import (
    COMMAND,
    Amend,
    Command,
    CompleteMilestone,
    MilestoneDraft,
    Pause,
    Reject,
)
from domain.events import EVENT, Event, EventBase, Listed
from domain.state import DemandState
from domain.values import Instant, Role, Unit, instant_text
from tests.unit import domain_world as w
from tests.unit.strategies import COMMAND_TYPES, model

EVENT_TYPES: tuple[type[EventBase], ...] = get_args(get_args(Event)[0])
QUICK = settings(max_examples=30, deadline=None, derandomize=True)
INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def kind_of(model_type: type[BaseModel]) -> str:
    return str(model_type.model_fields["kind"].default)


@pytest.mark.parametrize("command_type", COMMAND_TYPES, ids=kind_of)
def test_every_command_comes_back_from_json(command_type: type[BaseModel]) -> None:
    @QUICK
    @given(model(command_type))
    def comes_back(command: Command) -> None:
        written = COMMAND.dump_json(command)
        again = COMMAND.validate_json(written)
        assert again == command
        assert type(again) is command_type
        assert COMMAND.dump_json(again) == written

    comes_back()


@pytest.mark.parametrize("event_type", EVENT_TYPES, ids=kind_of)
def test_every_event_comes_back_from_json_and_from_its_chain(event_type: type[EventBase]) -> None:
    @QUICK
    @given(model(event_type))
    def comes_back(event: Event) -> None:
        assert EVENT.validate_json(EVENT.dump_json(event)) == event
        assert parse_event(event.model_dump(mode="json")) == event
        for head in (Head(seq=7, format=number) for number in (1, 2, 3)):
            _, (recorded,) = append(head, w.DEMAND, "c1", [event])
            again = Recorded.model_validate_json(recorded.model_dump_json())
            assert again == recorded
            version = event.format if isinstance(event, Listed) else head.format
            body = body_of(again, version)
            assert hash_of(body) == recorded.hash
            assert parse_event(json.loads(body)["event"]) == event

    comes_back()


@QUICK
@given(model(DemandState))
def test_every_state_comes_back_from_json(state: DemandState) -> None:
    written = state.model_dump_json()
    again = DemandState.model_validate_json(written)
    assert again == state
    assert again.model_dump_json() == written


@given(st.datetimes(datetime(1900, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
@settings(max_examples=200, deadline=None, derandomize=True)
def test_an_instant_is_written_in_one_way(instant: datetime) -> None:
    written = instant_text(INSTANT.validate_python(instant))
    assert len(written) == len("2026-03-05T01:00:00.000000Z")
    assert INSTANT.validate_python(written) == instant.astimezone(UTC)
    assert INSTANT.dump_json(INSTANT.validate_python(written)).decode() == f'"{written}"'


@pytest.mark.parametrize(
    "impossible",
    [
        "0001-01-01T00:00:00+08:00",
        "0999-01-01T00:00:00Z",
        "1899-12-31T00:00:00Z",
        "9999-12-31T23:59:59-08:00",
        "2026-03-05T01:00:00",
        "31st of March",
    ],
)
def test_an_instant_that_cannot_be_written_is_refused(impossible: str) -> None:
    with pytest.raises(ValidationError):
        Pause.model_validate({"by": w.HANDLER, "reason": "x", "until": impossible})


@pytest.mark.parametrize("day", ["9999-12-31", "1899-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_counted_on_from_is_refused(day: str) -> None:
    with pytest.raises(ValidationError):
        MilestoneDraft.model_validate({"title": "x", "due_on": day})


@pytest.mark.parametrize("text", ["", "  \n", "a\x00b", "a\x1bb", "\ud800", "长" * 5001])
def test_a_text_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Reject(by=w.CLERK, reason=text)


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "a\x07"])
def test_a_name_that_the_ledger_cannot_hold_is_refused(bad: str) -> None:
    for make in (
        lambda: Unit(code="U", name=bad),
        lambda: Actor(account=bad, role=Role.UNIT, post="x"),
        lambda: operator(bad),
    ):
        with pytest.raises(ValidationError):
            make()


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  两端空格　", "两端空格"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("第一行\r第二行", "第一行\n第二行"),
        ("\r\n", None),
        ("制表\t符", "制表\t符"),
    ],
)
def test_texts_are_trimmed_and_line_ends_are_one(given_text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValidationError):
            Reject(by=w.CLERK, reason=given_text)
    else:
        assert Reject(by=w.CLERK, reason=given_text).reason == kept
        assert Amend(by=w.CLERK, remark=given_text).remark == kept


def test_a_milestone_number_stays_a_number_that_can_be_written() -> None:
    with pytest.raises(ValidationError):
        CompleteMilestone(by=w.MEMBER, milestone=10**5000)


def test_an_unknown_field_is_left_out_and_an_unknown_kind_refused() -> None:
    fields: dict[str, Any] = w.closed().events[-1].model_dump(mode="json")
    assert parse_event(fields | {"added_later": 1}) == w.closed().events[-1]
    with pytest.raises(ValidationError):
        parse_event(fields | {"kind": "vanished"})


def test_values_do_not_change() -> None:
    state = w.listed().state
    with pytest.raises(ValidationError):
        state.percent = 10
    assert state.changed_at.tzinfo is UTC
