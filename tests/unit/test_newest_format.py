"""The newest format is known to the chain, which drops nothing from it."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from domain.chain import NEWEST
from domain.events import Event
from domain.values import SINCE_FORMAT


def formats(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[int]:
    """The formats in which fields of this model, or of those within it, were added."""
    if model in seen:
        return set()
    seen.add(model)
    found: set[int] = set()
    for field in model.model_fields.values():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and SINCE_FORMAT in extra:
            found.add(int(str(extra[SINCE_FORMAT])))
        for inner in _models(field.annotation):
            found |= formats(inner, seen)
    return found


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def test_no_field_is_newer_than_the_newest_format() -> None:
    seen: set[type[BaseModel]] = set()
    events: tuple[type[BaseModel], ...] = get_args(get_args(Event)[0])
    assert max(version for event in events for version in formats(event, seen)) == NEWEST
