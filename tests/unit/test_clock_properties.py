"""The clock against an oracle that walks tick by tick, and what must hold for any deadline."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.calendar import PARK_TIME, Calendar, never_closing
from domain.clock import deadline, working_minutes
from domain.deadline import Deadline, Pause, Why, explain
from domain.duration import Duration, Measure, parse
from starter.calendars import load_calendar
from tests.unit.clock_oracle import AFTERNOON, EVENING, MORNING, NOON, Walker
from tests.unit.state_council import ALL_DAYS, working_days

CALENDAR: Calendar = load_calendar()
BY_MINUTE, BY_SECOND = Walker(1), Walker(60)
DAY = 24 * 60

EDGES = [0, MORNING, NOON, AFTERNOON, EVENING, DAY - 1]
MINUTE_OF_DAY = st.one_of(
    st.integers(0, DAY - 1),
    st.builds(lambda edge, by: (edge + by) % DAY, st.sampled_from(EDGES), st.integers(-1, 1)),
)
STARTS = st.builds(lambda day, minute: day * DAY + minute, st.integers(0, 1000), MINUTE_OF_DAY)
COUNTS = {
    Measure.MINUTES: st.integers(1, 9999),
    Measure.HOURS: st.integers(1, 300),
    Measure.WORKING_HOURS: st.integers(1, 80),
    Measure.DAYS: st.integers(1, 20),
    Measure.WORKING_DAYS: st.integers(1, 15),
}
RULES = st.sampled_from([*COUNTS]).flatmap(
    lambda measure: COUNTS[measure].map(lambda count: Duration(count, measure))
)


NEAR = st.sampled_from([-1, 0, 0, 1, 1, 2, 3, 4, 7, 12])
"""Days after the start: near enough that pauses meet each other and the deadline."""


@st.composite
def stops(draw: st.DrawFn, start: int) -> list[tuple[int, int]]:
    """A few pauses around and after the start, overlapping as they like, some of no length.

    Their ends are edges of the office's day as often as any other minute.
    """
    found = []
    for _ in range(draw(st.integers(0, 4))):
        one, other = (
            max(0, (start // DAY + draw(NEAR)) * DAY + draw(MINUTE_OF_DAY)) for _ in range(2)
        )
        found.append((min(one, other), max(one, other)))
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, Duration, list[tuple[int, int]]]:
    start = draw(STARTS)
    return start, draw(RULES), draw(stops(start))


def as_pauses(found: list[tuple[int, int]], walker: Walker = BY_MINUTE) -> list[Pause]:
    return [Pause(since=walker.instant(a), until=walker.instant(b)) for a, b in found]


def due(start: datetime, rule: Duration, pauses: list[Pause] | None = None) -> datetime:
    found = deadline(start, rule, CALENDAR, pauses or []).due
    assert found is not None
    return found


@settings(max_examples=600, deadline=None, derandomize=True)
@given(case=cases())
def test_a_deadline_is_what_walking_minute_by_minute_finds(
    case: tuple[int, Duration, list[tuple[int, int]]],
) -> None:
    start, rule, found = case
    walked = BY_MINUTE.due(start, rule.measure.value, rule.count, found)
    assert due(BY_MINUTE.instant(start), rule, as_pauses(found)) == BY_MINUTE.instant(walked)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    day=st.integers(0, 1000),
    second=st.integers(0, 24 * 3600 - 1),
    rule=st.sampled_from(["30s", "9999s", "61m", "1wh", "3wh", "1wd", "1d"]).map(parse),
    stop=st.lists(st.tuples(st.integers(-9000, 40_000), st.integers(0, 30_000)), max_size=1),
)
def test_a_deadline_is_what_walking_second_by_second_finds(
    day: int, second: int, rule: Duration, stop: list[tuple[int, int]]
) -> None:
    start = day * 24 * 3600 + second
    found = [(max(0, start + after), max(0, start + after) + length) for after, length in stop]
    walked = BY_SECOND.due(start, rule.measure.value, rule.count, found)
    pauses = as_pauses(found, BY_SECOND)
    assert due(BY_SECOND.instant(start), rule, pauses) == BY_SECOND.instant(walked)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(start=STARTS, length=st.integers(0, 40 * DAY), data=st.data())
def test_working_minutes_are_those_that_walking_counts_and_add_up(
    start: int, length: int, data: st.DataObject
) -> None:
    found, middle = data.draw(stops(start)), data.draw(st.integers(0, length))
    pauses = as_pauses(found)
    begin, between, end = map(BY_MINUTE.instant, (start, start + middle, start + length))
    between += timedelta(seconds=data.draw(st.integers(0, 59) if middle < length else st.just(0)))
    whole = working_minutes(begin, end, CALENDAR, pauses)
    assert whole == BY_MINUTE.working_minutes(start, start + length, found)
    parts = [(begin, between), (between, end)]
    assert whole == sum(working_minutes(a, b, CALENDAR, pauses) for a, b in parts)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(case=cases())
def test_what_holds_for_every_deadline(case: tuple[int, Duration, list[tuple[int, int]]]) -> None:
    at, rule, found = case
    start, pauses = BY_MINUTE.instant(at), as_pauses(found)
    made = deadline(start, rule, CALENDAR, pauses)
    assert made.due is not None
    assert made.due > start
    more = min(rule.count + 1, 9999)
    assert due(start, Duration(more, rule.measure), pauses) >= made.due
    assert Deadline.model_validate_json(made.model_dump_json()) == made
    nothing = [Pause(since=p.since, until=p.since) for p in pauses]
    assert deadline(start, rule, CALENDAR, nothing) == deadline(start, rule, CALENDAR)
    assert deadline(start, rule, CALENDAR, [*reversed(pauses), *nothing]) == made
    assert all(start <= p.since < made.due for p in made.pauses)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(case=cases())
def test_the_derivation_adds_up_to_the_deadline(
    case: tuple[int, Duration, list[tuple[int, int]]],
) -> None:
    at, rule, found = case
    start = BY_MINUTE.instant(at)
    made = deadline(start, rule, CALENDAR, as_pauses(found))
    assert made.due is not None
    if rule.measure in (Measure.MINUTES, Measure.HOURS):
        assert made.days == ()
        return
    by_hand = rule.length.total_seconds() if rule.measure is Measure.WORKING_HOURS else rule.count
    assert sum(stretch.counted for stretch in made.days) == by_hand
    assert made.days[0].first == start.astimezone(PARK_TIME).date()
    for one, other in zip(made.days, made.days[1:], strict=False):
        assert other.first - one.last == timedelta(days=1)
    ends_on = (made.due - timedelta(microseconds=1)).astimezone(PARK_TIME).date()
    assert made.day in (None, ends_on)
    assert made.days[-1].last <= ends_on
    skipped = {s.why for s in made.days if not s.counted}
    assert skipped <= {Why.BEGAN, Why.WEEKEND, Why.HOLIDAY, Why.PAUSED, Why.AFTER_CLOSING}
    assert explain(made)


@pytest.mark.parametrize("measure", [Measure.WORKING_DAYS, Measure.WORKING_HOURS, Measure.HOURS])
@settings(max_examples=150, deadline=None, derandomize=True)
@given(start=STARTS, first=st.integers(1, 20), second=st.integers(1, 20))
def test_two_deadlines_in_a_row_are_one_of_both_together(
    measure: Measure, start: int, first: int, second: int
) -> None:
    at = BY_MINUTE.instant(start)
    in_a_row = due(due(at, Duration(first, measure)), Duration(second, measure))
    assert in_a_row == due(at, Duration(first + second, measure))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(case=cases(), after=st.integers(0, 20 * DAY), length=st.integers(1, 20 * DAY))
def test_an_open_pause_stands_still_and_its_end_lets_it_run_on(
    case: tuple[int, Duration, list[tuple[int, int]]], after: int, length: int
) -> None:
    at, rule, found = case
    start, since = BY_MINUTE.instant(at), BY_MINUTE.instant(at + after)
    before = [p for p in as_pauses(found) if p.until is not None and p.until <= since]
    still = deadline(start, rule, CALENDAR, [*before, Pause(since=since)])
    unpaused = due(start, rule, before)
    if unpaused <= since:
        assert still.due == unpaused
        return
    assert still.due is None
    assert still.stands_still
    assert still.left is not None
    done = sum(stretch.counted for stretch in still.days)
    if rule.measure in (Measure.DAYS, Measure.WORKING_DAYS):
        assert still.left == rule.count - done
    else:
        assert still.left > 0
    until = BY_MINUTE.instant(at + after + length)
    assert due(start, rule, [*before, Pause(since=since, until=until)]) >= max(unpaused, until)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(start=STARTS, count=st.integers(1, 20))
def test_an_office_that_never_closes_works_around_the_clock(start: int, count: int) -> None:
    at, always = BY_MINUTE.instant(start), never_closing()
    found = deadline(at, Duration(count, Measure.WORKING_HOURS), always)
    assert found.due == at + timedelta(hours=count)
    assert not found.provisional
    in_days = deadline(at, Duration(count, Measure.WORKING_DAYS), always).due
    midnight = at.astimezone(PARK_TIME).replace(hour=0, minute=0)
    assert in_days == midnight + timedelta(days=count + 1)
    assert in_days == deadline(at, Duration(count, Measure.DAYS), always).due
    hour = at + timedelta(hours=1)
    assert working_minutes(at, hour, always) == 60


@given(st.datetimes(datetime(1950, 1, 1), datetime(9900, 1, 1), timezones=st.just(UTC)), RULES)  # noqa: DTZ001
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_start_has_a_deadline(start: datetime, rule: Duration) -> None:
    assume(start.year not in range(2024, 2028))
    made = deadline(start, rule, CALENDAR)
    assert made.due is not None
    assert made.due > start
    assert made.provisional == (rule.measure not in (Measure.MINUTES, Measure.HOURS))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(start=STARTS, rule=RULES, before=st.integers(1, 3 * DAY), length=st.integers(1, 5 * DAY))
def test_a_pause_from_the_due_instant_on_is_too_late_and_one_up_to_it_is_not(
    start: int, rule: Duration, before: int, length: int
) -> None:
    at = BY_MINUTE.instant(start)
    unpaused = due(at, rule)
    late = Pause(since=unpaused, until=unpaused + timedelta(minutes=length))
    assert due(at, rule, [late]) == unpaused
    since = max(at, unpaused - timedelta(minutes=before))
    assert due(at, rule, [Pause(since=since, until=unpaused)]) > unpaused
    assert deadline(at, rule, CALENDAR, [Pause(since=since)]).stands_still


# ---- whatever the year, the office and the measure ----------------------------------------------

ANY_START = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(9900, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ANY_COUNT = st.one_of(st.integers(1, 60), st.integers(1, 400))


@pytest.mark.parametrize("measure", Measure)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    start=st.one_of(STARTS.map(BY_MINUTE.instant), ANY_START), counts=st.tuples(*[ANY_COUNT] * 2)
)
def test_more_time_is_never_less_and_never_in_the_past(
    measure: Measure, start: datetime, counts: tuple[int, int]
) -> None:
    for calendar in (CALENDAR, never_closing()):
        found = [deadline(start, Duration(n, measure), calendar).due for n in sorted(counts)]
        assert found[0] is not None
        assert found[1] is not None
        assert start < found[0] <= found[1]
        # Days may roll on to the same working day; of anything else more is later.
        if counts[0] != counts[1] and measure is not Measure.DAYS:
            assert found[0] < found[1]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(start=STARTS, rule=RULES, later=st.integers(0, 5 * DAY))
def test_what_begins_later_is_not_due_earlier(start: int, rule: Duration, later: int) -> None:
    first, second = BY_MINUTE.instant(start), BY_MINUTE.instant(start + later)
    assert due(first, rule) <= due(second, rule)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(case=cases(), data=st.data())
def test_another_pause_never_makes_it_due_earlier_and_one_of_no_length_not_later(
    case: tuple[int, Duration, list[tuple[int, int]]], data: st.DataObject
) -> None:
    at, rule, found = case
    start, pauses = BY_MINUTE.instant(at), as_pauses(found)
    before = deadline(start, rule, CALENDAR, pauses)
    assert before.due is not None
    assert due(start, rule, pauses + as_pauses(data.draw(stops(at)))) >= before.due
    edges = [start, before.due, *(p.since for p in pauses), *(p.until or start for p in pauses)]
    empty = [Pause(since=edge, until=edge) for edge in edges]
    assert deadline(start, rule, CALENDAR, pauses + empty) == before


def test_from_each_day_of_2024_to_2026_the_working_days_are_the_official_ones() -> None:
    worked = sorted(working_days())
    for on in ALL_DAYS:
        following = [day for day in worked if day > on][:3]
        start = datetime.combine(on, time(10), PARK_TIME)
        for count, last in enumerate(following, 1):
            made = deadline(start, Duration(count, Measure.WORKING_DAYS), CALENDAR)
            assert (made.day, made.provisional) == (last, False), on
        if following:
            calendar_day = deadline(start, Duration(1, Measure.DAYS), CALENDAR).day
            assert calendar_day == following[0], on
