"""The derivation in words, as the screen shows it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import PARK_TIME, DayKind
from domain.clock import deadline
from domain.deadline import PartKind, Pause, Why
from domain.duration import Duration, parse
from runtime.text import LANGUAGES, catalogue
from starter.calendars import load_calendar
from starter.deadline_text import derivation
from tests.unit.test_clock_properties import BY_MINUTE, as_pauses, cases

CALENDAR = load_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARK_TIME)


def said(start: str, rule: str, lang: str, *pauses: tuple[str, str | None]) -> str:
    found = [Pause(since=at(a), until=at(b) if b else None) for a, b in pauses]
    return derivation(deadline(at(start), parse(rule), CALENDAR, found), "交办", lang)


def test_ten_working_days_across_a_worked_saturday() -> None:
    assert said("2026-10-09 10:00", "10wd", "zh") == (
        "10 个工作日：10月9日 10:00交办；次日（10月10日）起算；"
        "计入10月10日（周六，国庆节调休上班），1天；跳过10月11日（周日）；"
        "计入10月12日至10月16日（工作日），5天；跳过10月17日至10月18日（周末）；"
        "计入10月19日至10月22日（工作日），4天；到期：10月22日 17:30。"
    )


def test_calendar_days_that_end_in_a_holiday() -> None:
    assert said("2026-09-24 10:00", "7d", "zh") == (
        "7 天：9月24日 10:00交办；次日（9月25日）起算；"
        "计入9月25日至10月1日（自然日），7天；末日顺延，跳过10月2日至10月7日（国庆节）；"
        "到期：10月8日 24:00。"
    )


def test_working_hours_with_an_open_pause() -> None:
    assert said("2026-10-09 10:00", "20wh", "en", ("2026-10-12 10:00", None)) == (
        "20 working hours from 9 Oct 10:00 (交办); counts 9 Oct (working day), 6 h; "
        "counts 10 Oct (Saturday worked for 国庆节), 7 h 30 min; skips 11 Oct (Sunday); "
        "counts 12 Oct (working day), 1 h 30 min; paused from 12 Oct 10:00, not yet resumed; "
        "stands still, 5 h left."
    )


def test_a_provisional_deadline_says_so() -> None:
    shown = said("2026-12-30 10:00", "2wd", "zh", ("2026-12-30 11:00", "2026-12-31 09:00"))
    assert "挂起：12月30日 11:00至12月31日 09:00，不计" in shown
    assert shown.endswith("2027年放假安排尚未公布，为暂定时限，公布后将重新计算。")
    assert "到期：2027年1月4日 17:30" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_part_and_reason_has_words(lang: str) -> None:
    keys = set(catalogue(lang))
    assert {f"deadline.part_{kind.value}" for kind in PartKind} <= keys
    assert {f"deadline.{why.value}" for why in Why} - {"deadline.began"} <= keys
    assert {kind.value for kind in DayKind} <= {why.value for why in Why}


@settings(max_examples=100, deadline=None)
@given(case=cases(), lang=st.sampled_from(LANGUAGES))
def test_any_derivation_can_be_said(
    case: tuple[int, Duration, list[tuple[int, int]]], lang: str
) -> None:
    start, rule, found = case
    made = deadline(BY_MINUTE.instant(start), rule, CALENDAR, as_pauses(found))
    shown = derivation(made, lang=lang)
    assert "{" not in shown
    assert "deadline." not in shown
