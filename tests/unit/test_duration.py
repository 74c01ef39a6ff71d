"""Durations: strict to read, the same when written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.duration import MOST, Duration, DurationError, DurationFault, Measure, Written, parse
from runtime.text import LANGUAGES, catalogue
from tests.unit.domain_world import placeholders

WRITTEN: TypeAdapter[Duration] = TypeAdapter(Written)


@pytest.mark.parametrize(
    ("text", "count", "measure"),
    [
        ("30s", 30, Measure.SECONDS),
        ("60m", 60, Measure.MINUTES),
        ("4wh", 4, Measure.WORKING_HOURS),
        ("24h", 24, Measure.HOURS),
        ("7d", 7, Measure.DAYS),
        ("10wd", 10, Measure.WORKING_DAYS),
        ("9999wd", 9999, Measure.WORKING_DAYS),
    ],
)
def test_people_s_notation_is_read(text: str, count: int, measure: Measure) -> None:
    assert parse(text) == Duration(count, measure)
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", DurationFault.UNREADABLE),
        ("wd", DurationFault.UNREADABLE),
        ("10", DurationFault.UNREADABLE),
        ("10 wd", DurationFault.UNREADABLE),
        (" 10wd", DurationFault.UNREADABLE),
        ("10wd\n", DurationFault.UNREADABLE),
        ("-1d", DurationFault.UNREADABLE),
        ("+1d", DurationFault.UNREADABLE),
        ("1.5h", DurationFault.UNREADABLE),
        ("1h30m", DurationFault.UNREADABLE),
        ("1_0d", DurationFault.UNREADABLE),
        ("１０wd", DurationFault.UNREADABLE),
        ("10个工作日", DurationFault.UNREADABLE),
        ("10WD", DurationFault.UNKNOWN_MEASURE),
        ("2w", DurationFault.UNKNOWN_MEASURE),
        ("0d", DurationFault.LEADING_ZERO),
        ("010wd", DurationFault.LEADING_ZERO),
        ("10000wd", DurationFault.OUT_OF_RANGE),
        ("9" * 5000 + "d", DurationFault.OUT_OF_RANGE),
    ],
)
def test_nothing_else_is_read(text: str, fault: DurationFault) -> None:
    with pytest.raises(DurationError) as refused:
        parse(text)
    assert (refused.value.fault, refused.value.text) == (fault, text)


@given(st.text())
def test_any_text_is_either_read_or_refused_by_name(text: str) -> None:
    try:
        written = str(parse(text))
    except DurationError as refused:
        written = refused.text
    assert written == text


@given(st.integers(1, MOST), st.sampled_from(Measure))
def test_what_is_written_is_read_back(count: int, measure: Measure) -> None:
    duration = Duration(count, measure)
    assert parse(str(duration)) == duration
    assert WRITTEN.validate_json(WRITTEN.dump_json(duration)) == duration
    assert WRITTEN.validate_python(duration) is duration


@pytest.mark.parametrize("value", [10, None, True, ["10wd"], 1.5])
def test_a_field_holds_a_text(value: object) -> None:
    with pytest.raises(ValidationError, match="not_text"):
        WRITTEN.validate_python(value)


@pytest.mark.parametrize("count", [0, -1, MOST + 1])
def test_there_is_no_empty_or_endless_duration(count: int) -> None:
    with pytest.raises(DurationError):
        Duration(count, Measure.DAYS)


def test_hours_have_a_length_and_days_have_none() -> None:
    assert parse("90m").length == timedelta(hours=1, minutes=30)
    assert parse("30s").length == timedelta(seconds=30)
    assert parse("4wh").length == parse("4h").length == timedelta(hours=4)
    for counted in ("7d", "10wd"):
        with pytest.raises(TypeError):
            _ = parse(counted).length


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_and_fault_has_words(lang: str) -> None:
    for measure in Measure:
        assert placeholders(catalogue(lang)[f"duration.{measure.value}"]) == {"count"}
    for fault in DurationFault:
        assert placeholders(catalogue(lang)[f"duration.{fault.value}"]) == {"text"}
