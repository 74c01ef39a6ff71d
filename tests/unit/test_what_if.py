"""Trying rules on recorded demands: what people did stays, what the clock made follows anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.calendar import PARK_TIME, Calendar, never_closing
from domain.events import Event
from domain.policy import Policy
from domain.rules import Clock, Rules
from domain.what_if import Late, Trial, late_as_recorded
from starter.calendars import load_calendar
from starter.policies import POLICIES, load_policy
from tests.support import timed_lives as lives
from tests.support.timed_lives import Life, listing, random_life

CALENDAR = load_calendar()
DEFAULT = load_policy(POLICIES / "default.toml")
BEGAN = datetime(2026, 10, 9, 10, 0, tzinfo=PARK_TIME)  # a Friday; Saturday the 10th is worked
FAR = datetime(2026, 12, 31, tzinfo=PARK_TIME)


def at(day: int, hour: int = 10) -> datetime:
    """In October 2026."""
    return datetime(2026, 10, day, hour, tzinfo=PARK_TIME)


def rules(**clocks: str) -> Rules:
    """The default rules with other times."""
    fields = DEFAULT.model_dump(mode="json")
    return Rules.model_validate(fields | {"clocks": fields["clocks"] | clocks})


def trial(policy: Rules = DEFAULT, calendar: Calendar | None = None) -> Trial:
    return Trial(policy, lambda _: calendar or CALENDAR, replace=calendar is not None)


def brief(late: tuple[Late, ...]) -> list[tuple[Clock, str]]:
    return [(one.clock, one.unit) for one in late]


def a_life(**fields: Any) -> Life:
    """Assigned on Friday, claimed on Tuesday (late), planned on Wednesday, resolved on the 26th."""
    life = Life().do(BEGAN, listing(**({"policy": DEFAULT, "calendar": CALENDAR} | fields)))
    life.do(at(9, 11), lives.ASSIGN).do(at(13), lives.CLAIM).do(at(14), lives.PLAN)
    return life.do(at(16), lives.REPORT).do(at(26), lives.RESOLVE)


def test_as_recorded_is_what_the_clock_said() -> None:
    late = late_as_recorded(a_life().events, FAR)
    assert brief(late) == [(Clock.CLAIM, "U20"), (Clock.RESOLVE, "U20"), (Clock.PROGRESS, "U20")]
    claim = late[0]
    assert (claim.due, claim.met_at) == (at(10, 17).replace(minute=30), at(13))
    assert claim.minutes == 7 * 60 + 30 + 90  # all of Monday, and Tuesday from 08:30 to 10:00
    assert claim.unit_name == "市供电局"


def test_other_times_give_other_lateness_at_the_same_instants_of_people() -> None:
    events = a_life().events
    assert Clock.CLAIM not in {late.clock for late in trial(rules(claim="3wd")).late(events, FAR)}
    resolved = [
        late
        for late in trial(rules(claim="3wd", resolve="5wd")).late(events, FAR)
        if late.clock is Clock.RESOLVE
    ]
    (late,) = resolved
    assert (late.due, late.met_at) == (at(15, 17).replace(minute=30), at(26))


def test_another_calendar_moves_what_is_due() -> None:
    events = a_life().events
    closed = CALENDAR.model_dump(mode="json")
    year = next(table for table in closed["years"] if table["year"] == 2026)
    year["holidays"].append({"name": "停", "first": "2026-10-11", "last": "2026-10-31"})
    other = Calendar.model_validate(closed | {"version": "closed"})
    assert brief(trial(DEFAULT, other).late(events, FAR)) == [(Clock.CLAIM, "U20")]


def test_a_demand_from_before_there_were_deadlines_can_be_tried() -> None:
    old = Policy(name="park", version="1", source="test")
    events = a_life(policy=old, calendar=None).events
    assert late_as_recorded(events, FAR) == ()
    assert trial().late(events, FAR) == late_as_recorded(a_life().events, FAR)


def test_what_happened_after_the_period_is_not_known_yet() -> None:
    events = a_life().events
    late = trial().late(events, at(12, 12))
    assert [(one.clock, one.met_at) for one in late] == [(Clock.CLAIM, None)]
    assert late[0].minutes == 3 * 60 + 30
    assert trial().late(events, at(10, 12)) == ()


def test_a_pause_that_the_clock_ended_is_still_ended() -> None:
    life = a_life_until_planned()
    life.do(at(14, 11), c.Pause(by=lives.HANDLER, reason="等材料", until=at(20, 12)))
    life.wait(at(21)).do(at(30), lives.RESOLVE)
    assert [event.by.role.value for event in life.events if event.kind == "resumed"] == ["clock"]
    assert trial().late(life.events, FAR) == late_as_recorded(life.events, FAR)


def a_life_until_planned() -> Life:
    life = Life().do(BEGAN, listing(policy=DEFAULT, calendar=CALENDAR))
    return life.do(at(9, 11), lives.ASSIGN).do(at(9, 12), lives.CLAIM).do(at(9, 13), lives.PLAN)


def test_silence_that_closed_a_demand_still_closes_it() -> None:
    life = a_life_until_planned().do(at(12), lives.RESOLVE).wait(FAR)
    assert life.state is not None
    assert not life.state.open
    shorter, longer = rules(evaluate="1wd"), rules(evaluate="20wd")
    assert trial(shorter).late(life.events, FAR) == trial(longer).late(life.events, FAR) == ()


def test_an_office_that_never_closes_is_tried_by_its_own_calendar() -> None:
    demo = load_policy(POLICIES / "demo.toml")
    late = trial(demo).late(a_life().events, FAR)
    assert Clock.CLAIM in {one.clock for one in late}
    events = Life().do(BEGAN, listing(policy=demo, calendar=never_closing())).events
    (assign,) = trial().late(events, at(13))
    assert (assign.clock, assign.unit) == (Clock.ASSIGN, "")
    assert assign.due == at(10, 17).replace(minute=30)


def test_the_bureau_and_co_handling_units_answer_for_their_own() -> None:
    life = a_life_until_planned()
    life.do(at(10), c.AskCoHandling(by=lives.HANDLER, unit=lives.HOUSING, request="请勘察"))
    late = [one for one in trial().late(life.events, at(20)) if one.clock is Clock.CO_HANDLE]
    (part,) = late
    assert (part.unit, part.unit_name, part.met_at) == ("U01", "市住建局", None)
    waiting = Life().do(BEGAN, listing(policy=DEFAULT, calendar=CALENDAR)).events
    assert brief(trial().late(waiting, at(20))) == [(Clock.ASSIGN, "")]


def test_an_adopted_calendar_counts_as_it_did_unless_another_is_tried() -> None:
    life = a_life_until_planned()
    closed = CALENDAR.model_dump(mode="json")
    year = next(table for table in closed["years"] if table["year"] == 2026)
    year["holidays"].append({"name": "停", "first": "2026-10-11", "last": "2026-10-18"})
    other = Calendar.model_validate(closed | {"version": "closed"})
    life.do(at(10), c.AdoptCalendar(by=lives.BUREAU, calendar=other)).do(at(26), lives.RESOLVE)
    assert Clock.RESOLVE not in {late.clock for late in trial().late(life.events, FAR)}
    assert Clock.RESOLVE in {late.clock for late in trial(DEFAULT, CALENDAR).late(life.events, FAR)}


def overdue_at_the_end(events: list[Event]) -> set[tuple[Clock, str]]:
    """By the clock's own events: what had become overdue and was not withdrawn."""
    found: dict[tuple[Clock, str, datetime], bool] = {}
    for event in events:
        if event.kind == "became_overdue":
            found[event.clock, event.subject, event.due] = True
        elif event.kind == "overdue_withdrawn":
            found.pop((event.clock, event.subject, event.due), None)
    return {(clock, subject) for clock, subject, _ in found}


@pytest.mark.parametrize("seed", range(120))
def test_the_same_rules_find_what_was_recorded(seed: int) -> None:
    """Whatever people did: refolded under its own rules, a demand is as late as it was."""
    life = random_life(seed, BEGAN, policy=DEFAULT, calendar=CALENDAR).wait(FAR)
    recorded = late_as_recorded(life.events, FAR)
    assert trial().late(life.events, FAR) == recorded
    assert {(o.clock, o.subject) for o in recorded} == overdue_at_the_end(life.events)
    assert all(one.minutes >= 0 for one in recorded)


def test_a_day_more_is_never_later() -> None:
    for seed in range(40):
        events = random_life(seed, BEGAN, policy=DEFAULT, calendar=CALENDAR).events
        until = events[-1].at + timedelta(days=10)
        short = {late.due for late in trial(rules(resolve="5wd")).late(events, until)}
        long = trial(rules(resolve="6wd")).late(events, until)
        resolve = [late for late in long if late.clock is Clock.RESOLVE]
        assert len(resolve) <= len(short)
