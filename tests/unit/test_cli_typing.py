"""What people type is understood, or refused in words that help."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.values import Outcome, Status, Urgency
from starter.cli import options
from starter.cli.acts_unit import draft
from starter.cli.explain import WrongUsage, explain


@pytest.mark.parametrize(
    "typed",
    ["AN-2026Q4-017", "an-2026q4-017", "ａｎ－2026ｑ4－017", " AN - 2026Q4 - 17 ", "AN—2026Q4—17"],
)
def test_a_demand_s_id_may_be_typed_in_many_ways(typed: str) -> None:
    assert options.demand_id(typed) == "AN-2026Q4-017"


def test_a_list_s_id_keeps_its_number() -> None:
    assert options.code("an-7") == "AN-7"
    assert options.demand_id("an-1234") == "AN-1234"


@pytest.mark.parametrize("typed", ["enterprise:91ma", "Enterprise：９１ＭＡ", " enterprise: 91MA"])
def test_an_enterprise_acts_by_its_credit_code(typed: str) -> None:
    assert options.account(typed) == "enterprise:91MA"


@pytest.mark.parametrize(
    "typed", ["2026-03-05", "2026.3.5", "2026/3/5", "2026年3月5日", "２０２６年３月５日"]
)
def test_a_day_may_be_typed_in_many_ways(typed: str) -> None:
    assert options.day(typed) == date(2026, 3, 5)


@pytest.mark.parametrize("typed", ["", "明天", "2026-02-30", "5.3.2026", "2026-13-01", "20260305"])
def test_what_is_no_day_is_wrong_usage(typed: str) -> None:
    with pytest.raises(WrongUsage):
        options.day(typed)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-03-05", datetime(2026, 3, 5, 16, tzinfo=UTC)),  # midnight at the day's end
        ("2026-03-05 24:00", datetime(2026, 3, 5, 16, tzinfo=UTC)),
        ("2026年3月5日 18:30", datetime(2026, 3, 5, 10, 30, tzinfo=UTC)),
        ("2026-03-05T18:30:15", datetime(2026, 3, 5, 10, 30, 15, tzinfo=UTC)),
        ("2026-03-05 18时", datetime(2026, 3, 5, 10, tzinfo=UTC)),
        ("2026-03-05T18:30:00Z", datetime(2026, 3, 5, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_in_the_park_s_time(typed: str, instant: datetime) -> None:
    assert options.instant(typed) == instant


@pytest.mark.parametrize(
    "typed", ["", "18:00", "2026-03-05 25:00", "2026-03-05 noon", "9999-12-31"]
)
def test_what_is_no_moment_is_wrong_usage(typed: str) -> None:
    with pytest.raises(WrongUsage):
        options.instant(typed)


@pytest.mark.parametrize("typed", ["not_now", "Not now", "not-now", "暂不具备条件"])
def test_a_word_may_be_a_code_or_of_either_language(typed: str) -> None:
    assert options.word(Outcome, typed) is Outcome.NOT_NOW


def test_an_unknown_word_is_refused_with_the_choices() -> None:
    with pytest.raises(WrongUsage) as refused:
        options.word(Urgency, "马上")
    explained = explain(refused.value)
    assert (explained.code, explained.exit_code) == ("usage", 2)
    assert "重大（major）" in explained.message


def test_every_status_can_be_typed_as_it_is_shown() -> None:
    assert options.word(Status, "办理中") is Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("typed", "title", "due_on"),
    [
        ("现场踏勘", "现场踏勘", None),
        ("送电@2026-12-01", "送电", date(2026, 12, 1)),
        ("送电＠2026年12月1日", "送电", date(2026, 12, 1)),
        ("联系 a@park.example", "联系 a@park.example", None),
    ],
)
def test_a_milestone_may_carry_its_day(typed: str, title: str, due_on: date | None) -> None:
    found = draft(typed)
    assert (found.title, found.due_on) == (title, due_on)


def test_a_milestone_with_a_day_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage):
        draft("送电@2026-02-30")


def test_a_bad_day_is_quoted_without_the_spaces_around_it() -> None:
    with pytest.raises(WrongUsage) as refused:
        options.instant("2026-13-01 18:00")
    assert refused.value.facts == {"typed": "2026-13-01"}
