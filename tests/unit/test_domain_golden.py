"""The canonical bytes of every event type, byte for byte, as open chains already hold them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from domain.chain import canonical_body, parse_event
from domain.events import EVENT, FORMAT
from tests.golden.add_missing import (
    EVENT_TYPES,
    GOLDEN,
    HERE,
    VARIANTS,
    Line,
    add_missing,
    read,
)

FILES = sorted(GOLDEN.glob("format-*.jsonl"))
LINES = [(int(path.stem.removeprefix("format-")), line) for path in FILES for line in read(path)]
FORMAT_1 = read(GOLDEN / "format-1.jsonl")


@pytest.mark.parametrize(
    ("version", "line"), LINES, ids=[f"{line.kind}-{line.variant}" for _, line in LINES]
)
def test_canonical_bytes_are_what_they_were(version: int, line: Line) -> None:
    kind, _, sha256, body = line
    fields = json.loads(body)
    event = parse_event(fields["event"])
    assert event.kind == kind
    again = canonical_body(
        fields["demand"], fields["seq"], fields["command_id"], fields["prev"], event, version
    )
    assert again.encode() == body.encode()
    assert hashlib.sha256(body.encode()).hexdigest() == sha256
    from_json = EVENT.validate_json(json.dumps(fields["event"]))
    assert from_json == event


def test_every_event_type_has_golden_bytes_in_every_format() -> None:
    kinds = {str(event_type.model_fields["kind"].default) for event_type in EVENT_TYPES}
    assert [path.name for path in FILES] == [f"format-{n}.jsonl" for n in range(1, FORMAT + 1)]
    present = {(line.kind, line.variant) for line in read(HERE)}
    assert present == {(kind, variant) for kind in kinds for variant in VARIANTS}


def test_the_generator_adds_what_is_missing_and_rewrites_nothing(tmp_path: Path) -> None:
    copy = tmp_path / HERE.name
    whole = HERE.read_text(encoding="utf-8").splitlines(keepends=True)
    spoilt = whole[0].replace("bureau", "spoilt")
    assert spoilt != whole[0]
    copy.write_text("".join([spoilt, *whole[2:]]), encoding="utf-8")
    added = add_missing(copy)
    assert [(line.kind, line.variant) for line in added] == [
        (line.kind, line.variant) for line in read(HERE)[1:2]
    ]
    assert copy.read_text(encoding="utf-8") == "".join([spoilt, *whole[2:], whole[1]])
    assert add_missing(copy) == []


def holds(new: Any, old: Any) -> bool:
    """Whether everything that was said is still said, at every level; more may be."""
    if isinstance(old, dict):
        return all(key in new and holds(new[key], value) for key, value in old.items())
    return bool(new == old)


@pytest.mark.parametrize("line", FORMAT_1, ids=[f"{line.kind}-{line.variant}" for line in FORMAT_1])
def test_format_2_adds_three_fields_to_every_event_and_changes_nothing(line: Line) -> None:
    fields = json.loads(line.body)
    event = parse_event(fields["event"])
    where = (fields["demand"], fields["seq"], fields["command_id"], fields["prev"], event)
    assert canonical_body(*where, 1) == line.body
    newer = json.loads(canonical_body(*where, 2))
    assert holds(newer, fields)
    for name in ("clocks", "charged", "tell"):
        assert name not in fields["event"]
        assert newer["event"][name] == []
