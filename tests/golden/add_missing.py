"""Adds golden lines for event types that have none yet: `python -m tests.golden.add_missing`.

Each format has its own file, with the events that a chain of that format can hold: those that came
with a later one never stand in an older chain.

It never rewrites a line. A golden line that no longer fits means that the canonical bytes of open
chains would change: mend the code (`values.since`), not the line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from domain import time_events
from domain.calendar import Calendar, Holiday, YearTable, never_closing
from domain.chain import canonical_body, hash_of
from domain.duration import Duration, parse
from domain.events import Event, EventBase, MaterialSupplied
from domain.policy import Policy
from domain.rules import Clocks, Office, Rules
from domain.values import SINCE_FORMAT, Attachment

GOLDEN = Path(__file__).parent
FORMATS = (1, 2)
EVENT_TYPES: tuple[type[EventBase], ...] = get_args(get_args(Event)[0])
Variant = Literal["full", "bare"]
VARIANTS: tuple[Variant, ...] = ("full", "bare")

_NEWER = (MaterialSupplied,)
_INSTANT = datetime(2026, 3, 5, 9, 30, 15, 20, timezone(timedelta(hours=8)))
_DIFFICULT = '“增容” "a\\b"\n第二行 é 𠮷 😀'
_DIFFICULT_IN = ("text", "reason", "summary", "remark", "note", "comment", "name")


class Line(NamedTuple):
    """The canonical body of one event, exactly, and its hash."""

    kind: str
    variant: str
    sha256: str
    body: str


def path_of(version: int) -> Path:
    """The golden file of that format."""
    return GOLDEN / f"format-{version}.jsonl"


def read(path: Path) -> list[Line]:
    """The lines of a golden file."""
    if not path.exists():
        return []
    return [Line(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def types_of(version: int) -> Iterator[type[EventBase]]:
    """The events that a chain of that format can hold."""
    for event_type in EVENT_TYPES:
        if version >= _came_with(event_type):
            yield event_type


def kind_of(event_type: type[EventBase]) -> str:
    """What an event calls itself."""
    return str(event_type.model_fields["kind"].default)


def add_missing(path: Path, version: int) -> list[Line]:
    """Append a line for each event type and variant that has none; the added lines."""
    present = {(line.kind, line.variant) for line in read(path)}
    added = [
        _line(event_type, variant, version)
        for event_type in types_of(version)
        for variant in VARIANTS
        if (kind_of(event_type), variant) not in present
    ]
    with path.open("a", encoding="utf-8") as file:
        for line in added:
            file.write(json.dumps(line._asdict(), ensure_ascii=False) + "\n")
    return added


def _came_with(event_type: type[EventBase]) -> int:
    """What came after deadlines can happen in a chain of format 1 as well, whose file is done."""
    newer = event_type.__module__ == time_events.__name__ or event_type in _NEWER
    return 2 if newer else 1


def _line(event_type: type[EventBase], variant: Variant, version: int) -> Line:
    event = _Maker(variant, version).value(event_type)
    body = canonical_body("AN-2026Q1-001", 3, "c-1", "ab" * 32, event, version)
    return Line(kind_of(event_type), variant, hash_of(body), body)


class _Maker:
    """Makes fixed values: "full" fills everything, "bare" leaves out all that may be."""

    def __init__(self, variant: Variant, version: int) -> None:
        self.bare = variant == "bare"
        self.version = version
        self.fixed: dict[Any, Any] = {
            bool: True,
            date: date(2026, 3, 5),
            AwareDatetime: _INSTANT,
            datetime: _INSTANT,
            Duration: parse("3wd"),
            Calendar: never_closing() if self.bare else _CALENDAR,
            Rules: _rules(self.bare),
            Attachment: _ATTACHMENT,
        }

    def value(self, annotation: Any, name: str = "") -> Any:
        """A fixed value for a field of that name."""
        arguments = get_args(annotation)
        if get_origin(annotation) is Annotated:
            return self.value(arguments[0], name)
        if get_origin(annotation) in (Union, UnionType):
            return None if self.bare and NoneType in arguments else self.one_of(arguments, name)
        if get_origin(annotation) is tuple:
            return () if self.bare else (self.value(arguments[0], name),) * 2
        if get_origin(annotation) is Literal:
            return arguments[0]
        if annotation in self.fixed:
            return self.fixed[annotation]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.model(annotation)
        return self.plain(annotation, name)

    def one_of(self, arguments: tuple[Any, ...], name: str) -> Any:
        """The first that may be; of the policies, the one of the format."""
        wanted = next(a for a in arguments if a is not NoneType)
        if get_args(wanted)[:1] == (Policy,) and self.version > 1:
            wanted = Rules
        return self.value(wanted, name)

    def model(self, model: type[BaseModel]) -> BaseModel:
        """A model with all fields that the format knows."""
        values: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            if not isinstance(extra, dict) or int(str(extra[SINCE_FORMAT])) <= self.version:
                values[name] = self.value(field.annotation, name)
        return model(**values)

    def plain(self, annotation: Any, name: str) -> Any:
        """A text, a number, or the first of the words."""
        if annotation is str:
            return _DIFFICULT if name in _DIFFICULT_IN else f"the {name}"
        if annotation is int:
            return self.version if name == "format" else 3
        return next(iter(annotation))


_ATTACHMENT = Attachment(
    sha256="cd" * 32, name=_DIFFICULT, media_type="image/jpeg", size=3, width=3, height=3
)

_CALENDAR = Calendar(
    version="office-1+2026.1",
    hours=("08:30-12:00", "13:30-17:30"),
    years=(
        YearTable(
            year=2026,
            version="2026.1",
            source=_DIFFICULT,
            provisional=True,
            holidays=(
                Holiday(
                    name=_DIFFICULT,
                    first=date(2026, 10, 1),
                    last=date(2026, 10, 7),
                    work=(date(2026, 9, 20), date(2026, 10, 10)),
                ),
            ),
        ),
    ),
)


def _rules(bare: bool) -> Rules:
    times = {name: parse("3wd") for name in Clocks.model_fields}
    least: dict[str, Any] = {
        "format": 2,
        "name": "park",
        "title": "规则",
        "version": "1",
        "source": "来源",
        "clocks": times,
    }
    if bare:
        return Rules.model_validate(least)
    clock, people = {"clocks": ["resolve"]}, {"to": ["unit", "squad"]}
    return Rules.model_validate(
        least
        | {
            "notes": _DIFFICULT,
            "office": Office(never_closes=True),
            "starts": {"contact": "listed", "plan": "assigned", "answer": "claimed"},
            "special": [{"categories": ["用电"], "urgencies": ["major"], "clocks": times}],
            "reminders": [clock | people | {"before": "2wd"}],
            "ladder": [
                clock | people | {"after": "1wd", "step": "escalate", "copy_to": ["bureau"]}
            ],
            "returns": {"within": "1wd", "adjudicate_at": 1},
            "extensions": {"at_most": 2, "ask_before": "1wd", "longest": "20wd"},
            "pauses": {"at_most": 2, "longest": "30d"},
            "handling": ["joint"],
            "evaluation": {"follow_up": 10},
            "messages": {"hours": ["09:00-12:00"], "any_time_for": ["major"], "digest": False},
        }
    )


if __name__ == "__main__":
    for number in FORMATS:
        there = path_of(number)
        print(f"{len(add_missing(there, number))} lines added to {there.name}")  # noqa: T201
