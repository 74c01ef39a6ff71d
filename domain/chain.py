"""The hash chain: each event of a demand holds the hash of the one before it.

Canonical JSON: UTF-8, keys sorted, no white space, non-ASCII as it is, instants by
`values.instant_text`. The hash is SHA-256 over exactly these bytes, which include `prev`, so that
anybody can recompute it without our code: `printf %s "$body" | sha256sum`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from domain.events import EVENT, Event, EventBase, Listed
from domain.values import SINCE_FORMAT, Value

NEWEST = 3
"""The newest format: its chains have every field there is. A chain begins with its policy's."""

GENESIS = "0" * 64
"""What the first event of a chain names as the hash before it."""


class Recorded(Value):
    """An event in its chain: what the ledger holds and the history returns."""

    demand: str
    seq: int
    command_id: str
    prev: str
    event: Event
    hash: str


class Head(Value):
    """The end of a chain: the seq and hash of its last event, and its format."""

    seq: int = 0
    hash: str = GENESIS
    format: int = 0


def canonical_body(
    demand: str, seq: int, command_id: str, prev: str, event: EventBase, format_version: int
) -> str:
    """The canonical JSON of an event in a chain of that format."""
    fields = event.model_dump(mode="json")
    if format_version < NEWEST:
        _drop_newer(fields, event, format_version)
    body = {
        "command_id": command_id,
        "demand": demand,
        "event": fields,
        "prev": prev,
        "seq": seq,
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def body_of(recorded: Recorded, format_version: int) -> str:
    """The canonical JSON of a recorded event, made anew from its values."""
    return canonical_body(
        recorded.demand,
        recorded.seq,
        recorded.command_id,
        recorded.prev,
        recorded.event,
        format_version,
    )


def hash_of(body: str) -> str:
    """SHA-256 of a canonical body, in hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def append(
    head: Head, demand: str, command_id: str, events: Iterable[Event]
) -> tuple[Head, tuple[Recorded, ...]]:
    """The new end of the chain, and the events as they stand in it."""
    recorded: list[Recorded] = []
    for event in events:
        version = event.format if isinstance(event, Listed) else head.format
        seq = head.seq + 1
        digest = hash_of(canonical_body(demand, seq, command_id, head.hash, event, version))
        recorded.append(
            Recorded(
                demand=demand,
                seq=seq,
                command_id=command_id,
                prev=head.hash,
                event=event,
                hash=digest,
            )
        )
        head = Head(seq=seq, hash=digest, format=version)
    return head, tuple(recorded)


def first_break(chain: Sequence[Recorded]) -> tuple[int, str] | None:
    """Where a complete chain does not hold: the seq and the field at fault, or None.

    The fields: `demand` (is another demand's), `seq` (a gap or a repetition), `prev` (does not
    name the hash before it) and `hash` (is not the hash of its own content).
    """
    head = Head()
    for recorded in chain:
        if recorded.demand != chain[0].demand:
            return recorded.seq, "demand"
        if recorded.seq != head.seq + 1:
            return head.seq + 1, "seq"
        if recorded.prev != head.hash:
            return recorded.seq, "prev"
        event = recorded.event
        version = event.format if isinstance(event, Listed) else head.format
        if hash_of(body_of(recorded, version)) != recorded.hash:
            return recorded.seq, "hash"
        head = Head(seq=recorded.seq, hash=recorded.hash, format=version)
    return None


def parse_event(fields: dict[str, Any]) -> Event:
    """An event from its JSON fields. Raises pydantic's `ValidationError`."""
    return EVENT.validate_python(fields)


@cache
def _newer_fields(model: type[BaseModel]) -> tuple[tuple[str, int, Any], ...]:
    """The fields of a model that were added after format 1: name, format, default."""
    return tuple(
        (name, int(str(extra[SINCE_FORMAT])), field.get_default(call_default_factory=True))
        for name, field in model.model_fields.items()
        if isinstance(extra := field.json_schema_extra, dict) and SINCE_FORMAT in extra
    )


@cache
def _worth_a_look(model: type[BaseModel], format_version: int) -> tuple[str, ...]:
    """The fields of a model within which, at whatever depth, something is newer than the format."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if any(_knows_newer(inner, format_version) for inner in _models(field.annotation))
    )


@cache
def _knows_newer(model: type[BaseModel], format_version: int) -> bool:
    newer = any(version > format_version for _, version, _ in _newer_fields(model))
    return newer or bool(_worth_a_look(model, format_version))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation speaks of, itself or between its brackets."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _drop_newer(fields: Any, value: Any, format_version: int) -> None:
    """Remove from the dump what this format did not have yet, through all nested models."""
    if isinstance(value, BaseModel):
        for name, version, default in _newer_fields(type(value)):
            if version > format_version and getattr(value, name) == default:
                del fields[name]
        for name in _worth_a_look(type(value), format_version):
            if name in fields:
                _drop_newer(fields[name], getattr(value, name), format_version)
    elif isinstance(value, Mapping):
        for dumped, item in zip(fields.values(), value.values(), strict=True):
            _drop_newer(dumped, item, format_version)
    elif isinstance(value, tuple | list):
        for dumped, item in zip(fields, value, strict=True):
            _drop_newer(dumped, item, format_version)
