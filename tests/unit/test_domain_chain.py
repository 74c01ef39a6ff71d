"""The hash chain: whole where nothing was touched, broken where anything was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import AwareDatetime, BaseModel

from domain.calendar import Calendar, never_closing
from domain.chain import (
    GENESIS,
    NEWEST,
    Head,
    Recorded,
    append,
    body_of,
    canonical_body,
    first_break,
)
from domain.clock import deadline
from domain.duration import Duration, parse
from domain.events import EVENT, Event, EventBase, Listed, ProgressReported
from domain.notice import Notice
from domain.rules import Clock, Recipient
from domain.running import Appointment, Charge, ClockChange, Doing, Fate, Running
from domain.values import Attachment, Contact, Person, Right, Role, Squad, Urgency, Value, since
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

SINCE_2 = ("clocks", "charged", "tell")
"""What format 2 added to every event."""
SINCE_3 = "attachments"
"""What format 3 added to the events that bring files."""


def life(version: int, timed: bool = False) -> list[Recorded]:
    """A whole life in a chain of that format; `timed` fills what format 2 added, in two events."""
    events = [
        e.model_copy(update={"format": version}) if isinstance(e, Listed) else e
        for e in w.whole_life().events
    ]
    for place in (1, 3) if timed else ():
        events[place] = events[place].model_copy(update=time_passed())
    return list(append(Head(), w.DEMAND, "c", events)[1])


def time_passed() -> dict[str, Any]:
    """A value for each field that format 2 added."""
    leg = deadline(w.START, parse("2wd"), never_closing())
    chasing = Appointment(at=w.START, doing=Doing.CLIMB, number=1)
    running = Running(clock=Clock.CLAIM, start=w.START, legs=(leg,), agenda=(chasing,))
    minutes = Charge(role=Role.UNIT, code="U01", name="甲", minutes=90)
    notice = Notice(recipient=Recipient.UNIT, code="U01", not_before=w.START)
    started = ClockChange(fate=Fate.STARTED, running=running)
    return {"clocks": (started,), "charged": (minutes,), "tell": (notice,)}


@pytest.fixture(
    scope="module", params=[(1, False), (2, False), (1, True), (2, True)], ids=lambda p: f"{p}"
)
def chain(request: pytest.FixtureRequest) -> list[Recorded]:
    """A whole life, in either format, without and with what format 2 added."""
    version, timed = request.param
    return life(version, timed)


def test_a_chain_that_nobody_touched_holds(chain: list[Recorded]) -> None:
    assert first_break([]) is None
    assert first_break(chain) is None
    assert all(first_break(chain[:length]) is None for length in range(len(chain)))
    assert [recorded.seq for recorded in chain] == list(range(1, len(chain) + 1))
    assert chain[0].prev == GENESIS
    assert [r.prev for r in chain[1:]] == [r.hash for r in chain[:-1]]


def test_anybody_can_recompute_a_hash_without_our_code(chain: list[Recorded]) -> None:
    """From the body as it is handed out, and from any JSON that means the same."""
    version = format_of(chain)
    for recorded in chain:
        body = body_of(recorded, version)
        assert hashlib.sha256(body.encode()).hexdigest() == recorded.hash
        assert as_canonical(json.loads(body)) == body


def test_a_chain_of_format_2_is_the_whole_dump_and_an_older_one_leaves_out_only_defaults(
    chain: list[Recorded],
) -> None:
    version = format_of(chain)
    for recorded in chain:
        whole = json.loads(recorded.model_dump_json())
        del whole["hash"]
        written = json.loads(body_of(recorded, version))
        if version == 2:
            brings_none = not whole["event"].get(SINCE_3, True)
            assert (SINCE_3 in written["event"]) == (SINCE_3 in whole["event"] and not brings_none)
            assert whole["event"] == written["event"] | ({SINCE_3: []} if brings_none else {})
        left_out = {name for name in whole["event"] if name not in written["event"]}
        unset = {name for name in SINCE_2 if not whole["event"][name]}
        assert left_out & set(SINCE_2) == (unset if version == 1 else set())


def as_canonical(fields: dict[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def format_of(chain: list[Recorded]) -> int:
    assert isinstance(chain[0].event, Listed)
    return chain[0].event.format


def test_a_chain_goes_on_from_its_head(chain: list[Recorded]) -> None:
    events = [recorded.event for recorded in chain]
    head, first = append(Head(), w.DEMAND, "c", events[:5])
    assert head == Head(seq=5, hash=first[-1].hash, format=format_of(chain))
    again = Head.model_validate_json(head.model_dump_json())
    _, rest = append(again, w.DEMAND, "c", events[5:])
    _, at_once = append(Head(), w.DEMAND, "c", events)
    assert first + rest == at_once


def test_any_single_change_is_found_where_it_was_made(chain: list[Recorded]) -> None:
    tried = 0
    for place, recorded in enumerate(chain):
        for path, changed in mutations(recorded):
            broken = [*chain[:place], changed, *chain[place + 1 :]]
            found = first_break(broken)
            assert found is not None, f"{recorded.event.kind}: {path}"
            assert found[0] == recorded.seq, f"{recorded.event.kind}: {path}"
            tried += 1
    assert tried > 300


@pytest.mark.parametrize("place", range(3, 8))
def test_gaps_swaps_and_repetitions_are_found(chain: list[Recorded], place: int) -> None:
    swapped = list(chain)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    repeated = [*chain[: place + 1], *chain[place:]]
    assert first_break([*chain[:place], *chain[place + 1 :]]) == (place + 1, "seq")
    assert first_break(swapped) == (place + 1, "seq")
    assert first_break(repeated) == (place + 2, "seq")
    assert first_break(chain[place:]) == (1, "seq")


def test_the_fields_at_fault_are_named(chain: list[Recorded]) -> None:
    def with_third(**changes: Any) -> tuple[int, str] | None:
        return first_break([*chain[:2], chain[2].model_copy(update=changes), *chain[3:]])

    assert with_third(prev=GENESIS) == (3, "prev")
    assert with_third(hash=GENESIS) == (3, "hash")
    assert with_third(command_id="another") == (3, "hash")
    assert with_third(demand="AN-2026Q1-002") == (3, "demand")
    assert with_third(seq=4) == (3, "seq")


def test_a_forged_event_breaks_what_follows_even_with_its_own_hash_mended(
    chain: list[Recorded],
) -> None:
    third = chain[2]
    before = Head(seq=2, hash=third.prev, format=format_of(chain))
    forged = third.event.model_copy(update={"at": third.event.at + timedelta(days=1)})
    _, mended = append(before, third.demand, third.command_id, [forged])
    assert first_break([*chain[:2], *mended]) is None
    assert first_break([*chain[:2], *mended, *chain[3:]]) == (4, "prev")


# ---- one change to one field --------------------------------------------------------------------


def mutations(value: BaseModel) -> Iterator[tuple[str, Any]]:
    """Copies of a model, each with one field, however deep, another than before."""
    for name, info in type(value).model_fields.items():
        present = getattr(value, name)
        for path, other in changed(present, info.annotation):
            yield f"{name}{path}", value.model_copy(update={name: other})


def changed(present: Any, annotation: Any) -> Iterator[tuple[str, Any]]:
    """Other values in place of this one, with the path to what is different."""
    if isinstance(present, BaseModel):
        for path, other in mutations(present):
            yield f".{path}", other
    elif isinstance(present, tuple):
        yield "[]", present[1:] if present else (sample(get_args(annotation)[0]),)
        for place, item in enumerate(present):
            for path, other in changed(item, type(item)):
                yield f"[{place}]{path}", (*present[:place], other, *present[place + 1 :])
    elif annotation is None or get_args(annotation)[:1] == (present,):
        return  # the kind of an event: it fixes the type
    else:
        yield "", another(present, annotation)


def another(present: Any, annotation: Any) -> Any:
    match present:
        case None:
            return sample(next(a for a in get_args(annotation) if a is not NoneType))
        case Enum():
            return next(member for member in type(present) if member is not present)
        case bool():
            return not present
        case str():
            return present + "x"
        case int():
            return present + 1
        case datetime():
            return present + timedelta(microseconds=1)
        case date():
            return present + timedelta(days=1)
        case Duration():
            return Duration(present.count + 1, present.measure)
    raise AssertionError(f"no other value for {present!r}")


def sample(annotation: Any) -> Any:
    """Any value, with something in every field."""
    samples: dict[Any, Any] = {
        str: "x",
        int: 1,
        bool: True,
        date: date(2026, 3, 5),
        datetime: w.START,
        AwareDatetime: w.START,
        Duration: parse("3wd"),
        Urgency: Urgency.MAJOR,
        Squad: w.PIONEERS,
        Person: w.MEMBER.person(),
        Contact: Contact(name="x"),
        Calendar: never_closing(),
        Attachment: w.PHOTO,
    }
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Annotated, Union, UnionType):
        return sample(next(a for a in arguments if a is not NoneType))
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (sample(arguments[0]),)
    if annotation in samples:
        return samples[annotation]
    if hasattr(annotation, "model_fields"):
        fields = annotation.model_fields.items()
        return annotation(**{name: sample(field.annotation) for name, field in fields})
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    raise AssertionError(f"no sample of {annotation!r}")


# ---- fields of a later format -------------------------------------------------------------------


class Part(Value):
    name: str


class PartLater(Part):
    weight: int = since(2, 0)


class Happened(EventBase):
    kind: Literal["happened"] = "happened"
    part: Part
    parts: tuple[Part, ...]
    by_name: dict[str, Part]


class HappenedLater(EventBase):
    kind: Literal["happened"] = "happened"
    part: PartLater
    parts: tuple[PartLater, ...]
    by_name: dict[str, PartLater]
    remark: str | None = since(2, None)
    labels: tuple[str, ...] = since(3, ())


def body(event: EventBase, version: int) -> str:
    return canonical_body(w.DEMAND, 1, "c1", GENESIS, event, version)


@pytest.fixture
def before() -> Happened:
    """An event as format 1 knew it."""
    part = Part(name="甲")
    return Happened(
        at=w.START,
        by=w.CLERK,
        right=Right.BUREAU,
        part=part,
        parts=(part, part),
        by_name={"a": part},
    )


def test_an_older_chain_keeps_its_bytes_when_fields_are_added(before: Happened) -> None:
    later = HappenedLater.model_validate_json(before.model_dump_json())
    assert body(later, 1) == body(before, 1)
    assert "weight" not in body(later, 1)


def test_a_newer_chain_writes_every_field_of_its_format(before: Happened) -> None:
    later = HappenedLater.model_validate_json(before.model_dump_json())
    event = json.loads(body(later, 2))["event"]
    assert event["remark"] is None
    assert [part["weight"] for part in event["parts"]] == [0, 0]
    assert event["part"]["weight"] == event["by_name"]["a"]["weight"] == 0
    assert "labels" not in event
    assert json.loads(body(later, 3))["event"]["labels"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"remark": "x"},
        {"labels": ("x",)},
        {"part": PartLater(name="甲", weight=5)},
        {"parts": (PartLater(name="甲"), PartLater(name="甲", weight=5))},
        {"by_name": {"a": PartLater(name="甲", weight=5)}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_set_is_written_in_any_format_and_read_back(
    before: Happened, change: dict[str, Any]
) -> None:
    later = HappenedLater.model_validate_json(before.model_dump_json())
    later = later.model_copy(update=change)
    written = body(later, 1)
    assert written != body(before, 1)
    again = HappenedLater.model_validate(json.loads(written)["event"])
    assert again == later
    assert body(again, 1) == written


def test_a_chain_keeps_the_format_of_its_first_event() -> None:
    events: list[Event] = w.whole_life().events
    head, _ = append(Head(), w.DEMAND, "c", [events[0].model_copy(update={"format": 9})])
    assert head.format == 9
    head, _ = append(head, w.DEMAND, "c", events[1:])
    assert head.format == 9


# ---- what format 2 added ------------------------------------------------------------------------


def test_an_old_chain_has_the_same_bytes_as_before_format_2() -> None:
    """The words of each body, not just our own reading of it: the names don't occur at all."""
    for recorded in life(1):
        body = body_of(recorded, 1)
        assert not set(json.loads(body)["event"]) & set(SINCE_2)
        again = EVENT.validate_python(json.loads(body)["event"])
        assert again == recorded.event
        assert (again.clocks, again.charged, again.tell) == ((), (), ())


def test_a_new_chain_writes_the_three_fields_always() -> None:
    for recorded in life(2):
        event = json.loads(body_of(recorded, 2))["event"]
        assert [event[name] for name in SINCE_2] == [[], [], []]


@pytest.mark.parametrize("name", SINCE_2)
def test_an_old_chain_writes_only_those_of_the_three_that_are_set(name: str) -> None:
    event = w.whole_life().events[1].model_copy(update={name: time_passed()[name]})
    fields = json.loads(body(event, 1))["event"]
    assert set(fields) & set(SINCE_2) == {name}
    assert EVENT.validate_python(fields) == event


# ---- what format 3 added ------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
def test_a_chain_of_today_writes_attachments_only_where_there_are_some(version: int) -> None:
    (report,) = [e for e in w.whole_life().events if isinstance(e, ProgressReported)]
    assert report.attachments == ()
    assert SINCE_3 not in json.loads(body(report, version))["event"]
    assert json.loads(body(report, 3))["event"][SINCE_3] == []
    with_photo = report.model_copy(update={SINCE_3: (w.PHOTO,)})
    fields = json.loads(body(with_photo, version))["event"]
    assert fields[SINCE_3] == [w.PHOTO.model_dump(mode="json")]
    assert EVENT.validate_python(fields) == with_photo
    without = {name: value for name, value in fields.items() if name != SINCE_3}
    assert without == json.loads(body(report, version))["event"]


def test_a_chain_begins_with_the_format_of_its_policy_though_there_is_a_newer_one() -> None:
    assert [format_of(life(version)) for version in (1, 2)] == [1, 2]
    assert NEWEST == 3
    assert w.listed().state.format == 1
    assert d.Life().listed().state.format == 2
