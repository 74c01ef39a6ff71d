"""Comparing JSON values: nothing is forgiven, and the first difference is named."""

from __future__ import annotations

from typing import Any

import pytest

from audit.compare import difference, filled, text_difference, without_newer
from audit.verdicts import ABSENT


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": 1}, {"a": 2}, ("a", 1, 2)),
        ({"a": 1}, {"a": 1.0}, ("a", 1, 1.0)),
        ({"a": 1}, {"a": True}, ("a", 1, True)),
        ({"a": None}, {}, ("a", None, ABSENT)),
        ({}, {"a": {"b": 1}}, ("a", ABSENT, {"b": 1})),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ("a.b.1", 2, 3)),
        ({"a": [1]}, {"a": [1, 2]}, ("a.1", ABSENT, 2)),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, ("a", 1, 2)),
        ({"a": "中"}, {"a": "国"}, ("a", "中", "国")),
        ({"a": {}}, {"a": []}, ("a", {}, [])),
    ],
)
def test_the_first_difference_is_named(one: Any, other: Any, expected: Any) -> None:
    assert difference(one, other) == expected


def test_texts_are_shown_around_the_first_difference() -> None:
    assert text_difference("x" * 50 + "a" + "y" * 50, "x" * 50 + "b" + "y" * 50) == (
        "…" + "x" * 20 + "a" + "y" * 19 + "…",
        "…" + "x" * 20 + "b" + "y" * 19 + "…",
    )


def test_a_field_of_a_later_format_is_dropped_only_where_it_says_nothing() -> None:
    canonical = {"event": {"kind": "closed"}}
    full = {"event": {"kind": "closed", "newer": ""}}

    quiet = without_newer({"event": {"kind": "closed", "newer": ""}}, canonical, full)
    loud = without_newer({"event": {"kind": "closed", "newer": "x"}}, canonical, full)
    foreign = without_newer({"event": {"kind": "closed", "foreign": 1}}, canonical, full)

    assert quiet == canonical
    assert loud == {"event": {"kind": "closed", "newer": "x"}}
    assert foreign == {"event": {"kind": "closed", "foreign": 1}}


def test_what_was_written_without_a_field_has_its_default() -> None:
    assert filled({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 0}], "d": None}) == {
        "a": [{"b": 1, "c": 0}],
        "d": None,
    }
    assert filled({"a": 1, "foreign": 2}, {"a": 1}) == {"a": 1, "foreign": 2}
