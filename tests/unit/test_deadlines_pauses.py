"""A pause stops the clocks of those who work and no others; more time is asked for and granted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.refusal import RefusalCode
from domain.rules import Clock
from domain.timekeeping import PAUSABLE
from domain.values import Outcome, Right, Role
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

RESUME = c.Resume(by=w.HANDLER)
GRANT = c.GrantExtension(by=w.CLERK)


def pause(until: str) -> c.Pause:
    return c.Pause(by=w.HANDLER, reason="等材料", until=d.park(until))


def busy() -> d.Life:
    """Claimed at 09:20 on the 5th, with everything running that may run beside a pause."""
    return d.claimed().do(
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="x"),
        c.Instruct(by=w.CHAIN_LEADER, text="x"),
        d.asked("3wd"),
    )


# ---- what a pause stops -------------------------------------------------------------------------


def test_a_pause_stops_those_who_work_and_nobody_else() -> None:
    life = busy()
    before = life.dues()
    assert before == {
        "contact": "03-05 10:10",
        "answer": "03-09 17:30",
        "resolve": "03-19 17:30",
        "plan": "03-10 17:30",
        "co_handle:U-POWER": "03-10 17:30",
        "instruct:1": "03-09 17:30",
        "decide:extension": "03-06 17:30",
    }
    # From 10:00: ten minutes of the hour for the first contact are left. Of the closings only the
    # 6th's is covered that counts: the 5th is the first day.
    life.on("03-05 10:00", pause("03-09 09:00"))
    assert life.dues() == {
        "contact": "03-09 09:10",
        "answer": "03-10 17:30",
        "resolve": "03-20 17:30",
        "plan": "03-11 17:30",
        "co_handle:U-POWER": "03-11 17:30",
        "instruct:1": "03-10 17:30",
        "decide:extension": "03-06 17:30",
        "pause": "03-09 09:00",
    }


def test_a_pause_stops_the_cadence_of_progress() -> None:
    life = d.in_progress()
    assert life.due(Clock.PROGRESS) == "03-12 17:30"
    assert life.do(pause("03-09 09:00")).due(Clock.PROGRESS) == "03-13 17:30"


def test_which_clocks_a_pause_can_stop_is_a_short_list() -> None:
    assert {
        *(Clock.PLAN, Clock.RESOLVE, Clock.PROGRESS, Clock.CO_HANDLE),
        *(Clock.INSTRUCT, Clock.CONTACT, Clock.ANSWER),
    } == PAUSABLE


def test_what_begins_during_a_pause_waits_for_its_end() -> None:
    life = d.paused(until="03-12 09:00").on("03-06 10:00", c.Instruct(by=w.PARK_LEADER, text="x"))
    assert life.due(Clock.INSTRUCT, "1") == "03-13 17:30"
    life.on("03-09 10:00", RESUME)
    assert life.due(Clock.INSTRUCT, "1") == "03-10 17:30"


def test_a_pause_within_a_day_moves_no_working_day() -> None:
    life = d.in_progress().on("03-06 09:00", pause("03-06 17:00"))
    assert life.due(Clock.RESOLVE) == "03-19 17:30"


def test_a_calendar_that_is_adopted_during_a_pause_leaves_the_bureau_s_clock_running() -> None:
    life = busy().on("03-05 10:00", pause("03-09 09:00"), d.adopted())
    assert life.due(Clock.DECIDE, "extension") == "03-06 17:30"
    assert life.due(Clock.ANSWER) == "03-10 17:30"


def test_several_pauses_add_up() -> None:
    life = d.in_progress().on("03-06 09:00", pause("03-09 09:00"))
    life.on("03-10 09:00", pause("03-12 09:00"))
    assert life.due(Clock.RESOLVE) == "03-24 17:30"


# ---- its end ------------------------------------------------------------------------------------


def test_the_end_of_a_pause_is_a_deadline_at_which_the_work_goes_on_by_itself() -> None:
    life = d.paused(until="03-12 09:00")
    dues = life.dues()
    life.until("03-12 09:00")
    event = life.events[-1]
    assert isinstance(event, e.Resumed)
    assert (event.at, event.right, event.by.role) == (
        d.park("03-12 09:00"),
        Right.CLOCK,
        Role.CLOCK,
    )
    assert life.state.pause is None
    assert life.dues() == {name: due for name, due in dues.items() if name != "pause"}
    assert life.told() == ["unit:U-HOUSING", "squad:S-1"]


def test_a_pause_lasts_no_longer_where_the_clock_comes_late() -> None:
    in_time, late = d.paused().until("03-13 12:00"), d.paused().jump("03-13 12:00")
    resumed = next(event for event in late.events if isinstance(event, e.Resumed))
    assert resumed.at == d.park("03-13 12:00")
    assert late.dues() == in_time.dues()
    assert late.state.pauses == in_time.state.pauses
    assert [p.until for p in late.state.pauses] == [d.park("03-12 09:00")]


def test_a_pause_that_is_ended_early_was_shorter() -> None:
    life = d.paused(until="03-12 09:00")
    assert life.due(Clock.RESOLVE) == "03-25 17:30"
    life.on("03-09 10:00", RESUME)
    assert life.due(Clock.RESOLVE) == "03-20 17:30"
    assert life.dues()["progress"] == "03-13 17:30"
    assert "pause" not in life.dues()


# ---- nothing happens to those who wait ----------------------------------------------------------


def late_work() -> d.Life:
    """Overdue since the 19th; chased at once."""
    talk = c.ContactEnterprise(by=w.HANDLER, note="x", answers=True)
    life = d.in_progress(d.rules(clocks=d.clocks(progress=None))).now(talk)
    return life.until("03-19 18:00")


def test_the_ladder_goes_up_in_office_hours_at_its_offsets() -> None:
    life = late_work().until("04-30 00:00")
    assert life.by_the_clock() == [
        ("reminded", "resolve", "03-17 08:30"),
        ("became_overdue", "resolve", "03-19 17:30"),
        ("chased", "resolve", "03-19 17:30"),
        ("escalated", "resolve", "03-20 08:30"),
        ("supervised", "resolve", "03-24 08:30"),
        ("criticised", "resolve", "03-26 08:30"),
    ]


def test_the_ladder_of_what_is_overdue_stands_still_during_a_pause() -> None:
    """Nothing is ever escalated for time that was paused."""
    life = late_work().on("03-20 08:00", pause("03-24 10:00")).until("04-30 00:00")
    assert life.due(Clock.RESOLVE) == "03-19 17:30", "it was late before the pause"
    assert life.by_the_clock()[3:] == [
        ("escalated", "resolve", "03-24 10:00"),
        ("supervised", "resolve", "03-26 08:30"),
        ("criticised", "resolve", "03-30 08:30"),
    ]
    kinds = [event.kind for event in life.events]
    assert kinds.index("resumed") < kinds.index("escalated"), "first it goes on, then it is chased"


def test_a_pause_that_ends_early_lets_the_ladder_go_on_from_there() -> None:
    life = late_work().on("03-20 08:00", pause("03-24 10:00")).on("03-20 11:00", RESUME)
    life.until("04-30 00:00")
    assert life.by_the_clock()[3:] == [
        ("escalated", "resolve", "03-20 11:00"),
        ("supervised", "resolve", "03-24 08:30"),
        ("criticised", "resolve", "03-26 08:30"),
    ]


def test_a_rung_that_waits_for_the_opening_waits_for_a_pause_as_well() -> None:
    """Due on Friday evening: the chaser would come on Monday morning, in the middle of a pause."""
    policy = d.rules(clocks=d.clocks(resolve="34h", answer=None, contact=None, progress=None))
    life = d.claimed(policy).do(w.plan()).until("03-06 19:30")
    assert life.by_the_clock() == [("became_overdue", "resolve", "03-06 19:10")]
    life.on("03-07 10:00", pause("03-10 16:00")).until("03-11 08:00")
    assert life.by_the_clock("chased") == [("chased", "resolve", "03-10 16:00")]


def test_a_reminder_that_falls_into_a_pause_comes_at_its_end() -> None:
    life = d.in_progress().on("03-17 08:00", pause("03-17 16:00"))
    assert life.due(Clock.RESOLVE) == "03-19 17:30"
    life.until("03-17 16:00")
    assert ("reminded", "resolve", "03-17 16:00") in life.by_the_clock("reminded")
    kinds = [event.kind for event in life.events]
    assert kinds.index("resumed") < len(kinds) - 1 - kinds[::-1].index("reminded")


def test_a_reminder_is_not_lost_where_a_pause_ends_early() -> None:
    life = d.in_progress().on("03-17 08:00", pause("03-17 16:00"))
    life.on("03-17 10:00", RESUME).until("03-18 10:00")
    assert ("reminded", "resolve", "03-17 10:00") in life.by_the_clock("reminded")


def test_nobody_is_reminded_twice_of_the_same_deadline() -> None:
    life = d.in_progress().on("03-17 09:00", pause("03-17 16:00"), RESUME).until("03-19 17:00")
    reminded = [one for one in life.by_the_clock("reminded") if one[1] == "resolve"]
    assert reminded == [("reminded", "resolve", "03-17 08:30")]


# ---- more time ----------------------------------------------------------------------------------


def test_an_extension_counts_from_the_old_due_instant() -> None:
    life = d.in_progress().on("03-10 10:00", d.asked("3wd"))
    assert life.due(Clock.DECIDE, "extension") == "03-11 17:30"
    assert life.due(Clock.RESOLVE) == "03-19 17:30", "asking moves nothing"
    life.do(GRANT)
    running = life.clock(Clock.RESOLVE)
    assert d.said(running.due) == "03-24 17:30"
    assert [str(leg.rule) for leg in running.legs] == ["10wd", "3wd"]
    assert running.legs[1].start == running.legs[0].due
    state = life.state
    assert (state.extension, state.extensions) == (None, 1)
    assert state.clock(Clock.DECIDE, "extension") is None


def test_a_refused_extension_moves_nothing_and_may_be_asked_again() -> None:
    life = d.in_progress().do(d.asked("3wd"), c.RefuseExtension(by=w.CLERK, reason="x"))
    assert life.due(Clock.RESOLVE) == "03-19 17:30"
    assert (life.state.extension, life.state.extensions) == (None, 0)
    assert life.do(d.asked("1wd"), GRANT).due(Clock.RESOLVE) == "03-20 17:30"


def test_asked_at_the_last_moment_and_a_moment_too_late() -> None:
    """A working day before Thursday, 17:30: until Wednesday's midnight."""
    life = d.in_progress().until("03-18 23:59")
    assert life.now(d.asked("3wd")).state.extension is not None
    life = d.in_progress().until("03-19 00:00")
    life.refuse(d.asked("3wd"), RefusalCode.EXTENSION_TOO_LATE)


def test_it_may_be_extended_up_to_the_longest_and_not_beyond() -> None:
    life = d.in_progress()
    life.refuse(d.asked("11wd"), RefusalCode.EXTENSION_TOO_LONG)
    assert life.do(d.asked("10wd"), GRANT).due(Clock.RESOLVE) == "04-02 17:30"
    life.refuse(d.asked("1wd"), RefusalCode.EXTENSION_TOO_LONG)


def test_a_pause_leaves_room_for_an_extension_as_long_as_before() -> None:
    life = d.in_progress().do(pause("03-09 09:00")).on("03-10 09:00", d.asked("10wd"), GRANT)
    assert life.due(Clock.RESOLVE) == "04-03 17:30"


def test_a_later_pause_moves_the_extension_with_it() -> None:
    life = d.in_progress().do(d.asked("3wd"), GRANT).on("03-20 09:00", pause("03-23 09:00"))
    assert life.due(Clock.RESOLVE) == "03-25 17:30"


def test_an_extension_brings_the_reminder_again() -> None:
    life = d.in_progress().on("03-17 10:00", d.asked("3wd"), GRANT).until("03-24 00:00")
    reminded = [when for _, clock, when in life.by_the_clock("reminded") if clock == "resolve"]
    assert reminded == ["03-17 08:30", "03-20 08:30"]


def test_granted_after_the_deadline_it_withdraws_the_overdue() -> None:
    life = d.in_progress().on("03-18 10:00", d.asked("3wd")).until("03-20 10:00")
    assert life.state.overdue
    life.now(GRANT)
    withdrawn = life.events[-1]
    assert isinstance(withdrawn, e.OverdueWithdrawn)
    assert (withdrawn.clock, d.said(withdrawn.due)) == (Clock.RESOLVE, "03-19 17:30")
    assert (withdrawn.at, withdrawn.right) == (life.at, Right.CLOCK)
    running = life.clock(Clock.RESOLVE)
    assert (d.said(running.due), running.overdue_since) == ("03-24 17:30", None)
    life.until("03-25 09:00")
    assert ("became_overdue", "resolve", "03-24 17:30") in life.by_the_clock()


def test_an_extension_that_has_passed_as_well_leaves_it_overdue_by_the_new_due_instant() -> None:
    life = d.in_progress().on("03-18 10:00", d.asked("1wd")).until("03-24 10:00").now(GRANT)
    assert not isinstance(life.events[-1], e.OverdueWithdrawn)
    running = life.clock(Clock.RESOLVE)
    assert d.said(running.due) == "03-20 17:30"
    assert running.overdue_since == running.due
    waiting = [d.said(one.due) for one in life.state.escalations if one.clock is Clock.RESOLVE]
    assert waiting == ["03-20 17:30"], "a leader is still to instruct"
    life.do(w.resolution(Outcome.EXPLAINED))
    assert life.state.escalations == (), "what was done needs no instruction any more"


def test_the_bureau_s_own_time_to_decide_is_not_paused_and_goes_up_the_ladder() -> None:
    life = d.in_progress().do(d.asked("3wd"), pause("03-20 09:00")).until("03-09 09:00")
    decided = [(kind, when) for kind, clock, when in life.by_the_clock() if clock == "decide"]
    assert decided == [
        ("became_overdue", "03-06 17:30"),
        ("chased", "03-06 17:30"),
        ("escalated", "03-09 08:30"),
    ]
    assert life.do(GRANT).due(Clock.RESOLVE) == "04-07 17:30", "a decision needs no end of a pause"


@pytest.mark.parametrize("hours", [1, 200])
def test_a_word_on_the_demand_ends_what_was_asked(hours: int) -> None:
    life = d.in_progress().do(d.asked("3wd"))
    life.until(life.at + timedelta(hours=hours)).now(w.resolution(Outcome.EXPLAINED))
    assert life.state.extension is None
    life.refuse(GRANT, RefusalCode.NO_EXTENSION_PENDING)
