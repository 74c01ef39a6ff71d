"""What an enterprise reads of its demand: kind by kind, field by field, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.chain import parse_event
from domain.enterprise_view import PublicEvent, public_event
from domain.events import Event, Milestone
from domain.state import Plan
from runtime.text import LANGUAGES, catalogue

GOLDEN = Path(__file__).parents[1] / "golden"
PLAN = Plan(summary="内部方案", milestones=(Milestone(number=1, title="现场踏勘"),))

SHOWN: dict[str, frozenset[str]] = {
    "listed": frozenset(),
    "rejected": frozenset({"text"}),
    "assigned": frozenset({"unit", "squad"}),
    "reassigned": frozenset({"unit", "squad"}),
    "ruled": frozenset({"unit", "squad"}),
    "claimed": frozenset({"squad"}),
    "returned": frozenset(),
    "planned": frozenset({"titles"}),
    "milestone_completed": frozenset({"titles"}),
    "paused": frozenset({"until"}),
    "resumed": frozenset(),
    "contacted": frozenset(),
    "extension_granted": frozenset({"more"}),
    "co_handling_accepted": frozenset({"unit"}),
    "co_handling_finished": frozenset({"unit"}),
    "resolved": frozenset({"text", "outcome", "review_on"}),
    "evaluated": frozenset({"text", "score", "through"}),
    "followed_up": frozenset(),
    "reopened": frozenset({"round"}),
    "closed": frozenset(),
    "withdrawn": frozenset({"text", "through"}),
    "material_supplied": frozenset({"text", "titles", "through"}),
}
"""What may be read of each kind; of a kind that isn't here, nothing, not even that it happened."""

OF_EVENT = {
    "rejected": {"reason"},
    "assigned": {"unit.name", "squad.name"},
    "reassigned": {"unit.name", "squad.name"},
    "ruled": {"unit.name", "squad.name"},
    "claimed": {"squad.name"},
    "planned": {"milestones.title"},
    "co_handling_accepted": {"unit.name"},
    "co_handling_finished": {"unit.name"},
    "resolved": {"text"},
    "evaluated": {"comment"},
    "withdrawn": {"reason"},
    "material_supplied": {"text", "attachments.name"},
}
"""The written fields of the events themselves that get out."""

KINDS = sorted(m.model_fields["kind"].default for m in get_args(get_args(Event)[0]))


def golden() -> Iterator[dict[str, Any]]:
    for path in sorted(GOLDEN.glob("format-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(json.loads(line)["body"])["event"]


EVENTS = list(golden())


def marked(value: Any, path: str = "") -> Any:
    """The event with every written text replaced by the name of its field."""
    if isinstance(value, dict):
        return {k: marked(v, f"{path}.{k}" if path else k) for k, v in value.items()}
    if isinstance(value, list):
        return [marked(one, path) for one in value]
    if isinstance(value, str) and value.startswith(("the ", "a ")):
        return f"<{path}>"
    return value


def seen(kind: str) -> Iterator[tuple[dict[str, Any], PublicEvent | None]]:
    for written in EVENTS:
        if written["kind"] == kind:
            yield written, public_event(parse_event(marked(written)), PLAN)


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind_only_the_fields_that_are_named_get_out(kind: str) -> None:
    found = list(seen(kind))
    assert found, f"no golden event of {kind}"
    for _, public in found:
        if kind not in SHOWN:
            assert public is None
            continue
        assert public is not None
        given = public.model_dump(exclude_defaults=True, exclude={"what", "at"})
        assert given.keys() <= SHOWN[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_gets_out_that_was_written_for_others(kind: str) -> None:
    allowed = {f"<{name}>" for name in OF_EVENT.get(kind, ())}
    for _, public in seen(kind):
        texts = json.dumps(public.model_dump(mode="json"), ensure_ascii=False) if public else ""
        found = {part.partition(">")[0] for part in texts.split("<")[1:]}
        assert {f"<{name}>" for name in found} <= allowed


def test_every_field_that_may_be_read_is_read_somewhere() -> None:
    for kind, fields in SHOWN.items():
        assert kind in KINDS
        given: set[str] = set()
        for _, public in seen(kind):
            assert public is not None
            given |= public.model_dump(exclude_defaults=True, exclude={"what", "at"}).keys()
        assert fields - given <= {"titles"}, kind


def test_every_kind_that_is_shown_has_its_sentence() -> None:
    for lang in LANGUAGES:
        for kind in SHOWN:
            for _, public in seen(kind):
                assert public is not None
                assert f"mine.happened_{public.what}" in catalogue(lang)
