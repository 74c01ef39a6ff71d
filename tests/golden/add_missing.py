"""Adds golden lines for event types that have none yet: `python -m tests.golden.add_missing`.

It never rewrites a line. A golden line that no longer fits means that the canonical bytes of open
chains would change: mend the code (`values.since`), not the line.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from domain.chain import canonical_body, hash_of
from domain.duration import Duration, parse
from domain.events import FORMAT, Event, EventBase

GOLDEN = Path(__file__).parent
HERE = GOLDEN / f"format-{FORMAT}.jsonl"
EVENT_TYPES: tuple[type[EventBase], ...] = get_args(get_args(Event)[0])
VARIANTS: tuple[Literal["full", "bare"], ...] = ("full", "bare")

_INSTANT = datetime(2026, 3, 5, 9, 30, 15, 20, timezone(timedelta(hours=8)))
_DIFFICULT = '“增容” "a\\b"\n第二行 é 𠮷 😀'
_DIFFICULT_IN = ("text", "reason", "summary", "remark", "note", "comment", "name")


class Line(NamedTuple):
    """The canonical body of one event, exactly, and its hash."""

    kind: str
    variant: str
    sha256: str
    body: str


def read(path: Path) -> list[Line]:
    """The lines of a golden file."""
    if not path.exists():
        return []
    return [Line(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def add_missing(path: Path) -> list[Line]:
    """Append a line for each event type and variant that has none; the added lines."""
    present = {(line.kind, line.variant) for line in read(path)}
    added = [
        _line(event_type, variant)
        for event_type in EVENT_TYPES
        for variant in VARIANTS
        if (_kind(event_type), variant) not in present
    ]
    with path.open("a", encoding="utf-8") as file:
        for line in added:
            file.write(json.dumps(line._asdict(), ensure_ascii=False) + "\n")
    return added


def _kind(event_type: type[EventBase]) -> str:
    return str(event_type.model_fields["kind"].default)


def _line(event_type: type[EventBase], variant: Literal["full", "bare"]) -> Line:
    event = _value(event_type, variant)
    body = canonical_body("AN-2026Q1-001", 3, "c-1", "ab" * 32, event, FORMAT)
    return Line(_kind(event_type), variant, hash_of(body), body)


def _value(annotation: Any, variant: Literal["full", "bare"], name: str = "") -> Any:
    """A fixed value for a field: "full" fills everything, "bare" leaves out all that may be."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _value(arguments[0], variant, name)
    if get_origin(annotation) in (Union, UnionType):
        wanted = next(a for a in arguments if a is not NoneType)
        return (
            None if variant == "bare" and NoneType in arguments else _value(wanted, variant, name)
        )
    if get_origin(annotation) is tuple:
        return () if variant == "bare" else (_value(arguments[0], "full", name),) * 2
    if get_origin(annotation) is Literal:
        return arguments[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields.items()
        return annotation(**{name: _value(f.annotation, variant, name) for name, f in fields})
    return _plain(annotation, name)


def _plain(annotation: Any, name: str) -> Any:
    if annotation is str:
        return _DIFFICULT if name in _DIFFICULT_IN else f"the {name}"
    if annotation is int:
        return FORMAT if name == "format" else 3
    fixed = {
        bool: True,
        date: date(2026, 3, 5),
        AwareDatetime: _INSTANT,
        datetime: _INSTANT,
        Duration: parse("3wd"),
    }
    return fixed[annotation] if annotation in fixed else next(iter(annotation))


if __name__ == "__main__":
    print(f"{len(add_missing(HERE))} lines added to {HERE.name}")  # noqa: T201
