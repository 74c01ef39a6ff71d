"""The canonical bytes of every event type, byte for byte, as open chains already hold them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.chain import canonical_body, parse_event
from domain.events import EVENT
from domain.policy import Policy, format_of
from domain.rules import Rules
from tests.golden.add_missing import (
    EVENT_TYPES,
    FORMATS,
    GOLDEN,
    VARIANTS,
    Line,
    add_missing,
    kind_of,
    path_of,
    read,
    types_of,
)

FILES = sorted(GOLDEN.glob("format-*.jsonl"))
LINES = [(version, line) for version in FORMATS for line in read(path_of(version))]
FORMAT_1 = read(path_of(1))
FORMAT_1_SHA256 = "aeea19f9e87180f2a6de1c0ce3b0246de41ec1ad23b8d67e00dabbd61159985d"


@pytest.mark.parametrize(
    ("version", "line"), LINES, ids=[f"{line.kind}-{line.variant}-{n}" for n, line in LINES]
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


def test_there_is_a_golden_file_for_each_format_and_no_other() -> None:
    assert [path_of(version) for version in FORMATS] == FILES
    of_rules = get_args(Rules.model_fields["format"].annotation)
    assert (format_of(Policy(name="", version="", source="")), *of_rules) == FORMATS


@pytest.mark.parametrize("version", FORMATS)
def test_every_event_type_has_golden_bytes_in_every_format_that_has_it(version: int) -> None:
    present = {(line.kind, line.variant) for line in read(path_of(version))}
    kinds = {kind_of(event_type) for event_type in types_of(version)}
    assert present == {(kind, variant) for kind in kinds for variant in VARIANTS}


def test_only_what_came_since_is_unknown_to_format_1() -> None:
    """Format 1 is done: no line is added to it and none is lost."""
    assert len(FORMAT_1) == 36
    assert hashlib.sha256(path_of(1).read_bytes()).hexdigest() == FORMAT_1_SHA256
    assert set(types_of(2)) == set(EVENT_TYPES)


@pytest.mark.parametrize("version", FORMATS)
def test_the_generator_adds_what_is_missing_and_rewrites_nothing(
    tmp_path: Path, version: int
) -> None:
    here = path_of(version)
    copy = tmp_path / here.name
    whole = here.read_text(encoding="utf-8").splitlines(keepends=True)
    spoilt = whole[0].replace("bureau", "spoilt")
    assert spoilt != whole[0]
    copy.write_text("".join([spoilt, *whole[2:]]), encoding="utf-8")
    added = add_missing(copy, version)
    assert added == read(here)[1:2]
    assert copy.read_text(encoding="utf-8") == "".join([spoilt, *whole[2:], whole[1]])
    assert add_missing(copy, version) == []


@pytest.mark.parametrize("version", FORMATS)
def test_the_generator_would_write_the_same_lines_today(tmp_path: Path, version: int) -> None:
    """But for the order: a file grows with the events."""
    anew = tmp_path / path_of(version).name
    assert sorted(add_missing(anew, version)) == sorted(read(path_of(version)))


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
