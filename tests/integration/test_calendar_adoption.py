"""A calendar adopted on real engines: every open deadline revised by an event, each demand once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain import events as e
from domain.chain import parse_event
from domain.evolve import fold
from domain.rules import Clock
from domain.state import DemandState
from ledger import reads
from ledger.pool import Pool
from runtime.settings import Settings
from starter.adoption import Adopted, Files, adopt
from starter.adoption_sweep import command_id_of
from starter.calendar_in_force import calendar_in_force, tables_in_force
from starter.calendars import load_year
from starter.errors import CommandRefused, SystemUnreachable
from starter.intake import put_on_list
from starter.policies import POLICIES, load_policy
from starter.toml_file import FileInvalid
from tests.support.ahead import Ahead, skipping_server
from tests.support.calendars import days_from_now, office_file, today, year_file, year_files
from tests.support.house import House, house, row

pytestmark = pytest.mark.xdist_group("calendar adoption")


@pytest.fixture
async def ahead() -> AsyncIterator[Ahead]:
    async with skipping_server() as server:
        yield server


@pytest.fixture
async def later(ahead: Ahead, pool: Pool, settings: Settings, list_id: str) -> AsyncIterator[House]:
    """The house on a server on which time can be skipped."""
    async with house(ahead.client, pool, settings, list_id) as built:
        yield built


async def adopted(home: House, *files: Path, office: Path | None = None) -> Adopted:
    """Adopt these, one after another; what came of the last."""
    by = (await home.gateway.resolver()).actor("bureau1")
    found = None
    for file in files or (None,):
        found = await adopt(home.connections, by, Files(file, office, incomplete=True))
        assert not found.swept.failed, found.swept.failed
    assert found is not None
    return found


async def events_of(home: House, demand: str) -> list[e.Event]:
    rows = await reads.events(home.pool, demand)
    return [parse_event(json.loads(r["body"])["event"]) for r in rows]


def due(state: DemandState, clock: Clock) -> datetime:
    running = state.clock(clock)
    assert running is not None
    return running.due


async def test_new_holidays_move_each_open_deadline_by_an_event(
    home: House, tmp_path: Path
) -> None:
    claimed, closed = await home.claimed(), await home.closed("请协调停车。")
    before = await home.state(claimed)
    rest = days_from_now(30)
    this, following = year_files(tmp_path, 9, rest)
    await adopted(home, following)
    outcome = (await adopted(home, this)).swept
    after = await home.state(claimed)
    assert outcome.adopted == [claimed]
    assert due(after, Clock.PLAN) > due(before, Clock.PLAN)
    assert due(after, Clock.PLAN).date() > rest[-1]
    moved = {(m.demand, m.clock): (m.before, m.after) for m in outcome.moved}
    assert moved[claimed, Clock.RESOLVE] == (
        due(before, Clock.RESOLVE),
        due(after, Clock.RESOLVE),
    )
    assert not any(m.withdrawn for m in outcome.moved)
    *_, last = await events_of(home, claimed)
    assert isinstance(last, e.CalendarAdopted)
    assert (last.by.account, last.right.value) == ("bureau1", "bureau")
    row = await home.pool.fetchrow("SELECT calendar FROM demands WHERE demand = $1", claimed)
    assert row["calendar"] == last.calendar.version == (await calendar_in_force(home.pool)).version
    assert "calendar_adopted" not in {event.kind for event in await events_of(home, closed)}


async def test_a_second_adoption_of_the_same_does_nothing(home: House, tmp_path: Path) -> None:
    demand = await home.claimed()
    files = year_files(tmp_path, 9)
    await adopted(home, *files)
    before = await events_of(home, demand)
    again = await adopted(home, *files)
    assert (again.swept.adopted, again.swept.already, again.swept.moved) == ([], 1, [])
    assert await events_of(home, demand) == before


async def test_an_adoption_that_moves_nothing_still_says_which_calendar_counts(
    home: House, tmp_path: Path
) -> None:
    demand = await home.claimed()
    far = today().year + 3
    outcome = await adopted(home, year_file(tmp_path, far, f"{far}.0", provisional=True))
    assert (outcome.swept.adopted, outcome.swept.moved) == ([demand], [])
    *_, last = await events_of(home, demand)
    assert isinstance(last, e.CalendarAdopted)
    assert last.tell == (), "the derivations name the new calendar, and that is nobody's news"
    assert f"+{far}.0" in (await home.state(demand)).calendar.version  # type: ignore[union-attr]
    published = await adopted(home, year_file(tmp_path, far, f"{far}.1"))
    assert published.swept.adopted == [demand]
    assert not (await tables_in_force(home.pool)).table(far).provisional  # type: ignore[union-attr]


async def test_new_office_hours_count_as_well(home: House, tmp_path: Path) -> None:
    demand = await home.claimed()
    before = due(await home.state(demand), Clock.RESOLVE)
    hours = office_file(tmp_path, "office-2026.2", "09:00-12:00", "14:00-18:00")
    outcome = await adopted(home, office=hours)
    after = due(await home.state(demand), Clock.RESOLVE)
    assert (before.hour, before.minute, after.hour) == (9, 30, 10)  # closing, in UTC
    assert {m.clock for m in outcome.swept.moved} == {Clock.PLAN, Clock.RESOLVE}


async def test_what_is_listed_after_an_adoption_has_the_new_calendar(
    home: House, tmp_path: Path
) -> None:
    version = (
        (await adopted(home, *year_files(tmp_path, 9)))
        .tables.calendar_for(datetime.now(UTC))
        .version
    )
    state = await home.state(await home.demand())
    assert state.calendar is not None
    assert state.calendar.version == version
    assert len(await events_of(home, state.demand)) == 1


async def test_a_demand_reserved_before_an_adoption_follows_it_when_it_starts(
    home: House, empty: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = (await home.gateway.resolver()).actor("bureau1")
    from starter import intake as intakes

    async def killed(*_: Any) -> None:
        raise SystemUnreachable("temporal", "killed here")

    intake = intakes.Intake(home.prefix, "联席会议", by, home.policy, "list.xlsx")  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(intakes, "_start", killed)
        first = await put_on_list(home.connections, intake, [row("请协调用水。")])
        assert len(first.failed) == 1
    now = (await adopted(home, *year_files(tmp_path, 9))).tables.calendar_for(datetime.now(UTC))
    outcome = await put_on_list(home.connections, intake, [row("请协调用水。")])
    (demand,) = outcome.started
    assert not outcome.failed
    assert (await home.state(demand)).calendar == now
    kinds = [event.kind for event in await events_of(home, demand)]
    assert kinds == ["listed", "calendar_adopted"]


async def test_demands_without_office_hours_are_left_alone(home: House, tmp_path: Path) -> None:
    home.policy = load_policy(POLICIES / "demo.toml")  # type: ignore[assignment]
    demand = await home.demand()
    outcome = (await adopted(home, *year_files(tmp_path, 9))).swept
    assert (outcome.adopted, outcome.already) == ([], 0)
    assert "calendar_adopted" not in {event.kind for event in await events_of(home, demand)}


async def test_who_may_not_adopts_nothing(home: House, tmp_path: Path) -> None:
    by = (await home.gateway.resolver()).actor("u20")
    file = year_files(tmp_path, 9)[0]
    with pytest.raises(CommandRefused, match="not_authorized"):
        await adopt(home.connections, by, Files(file))
    assert await home.pool.fetchval("SELECT count(*) FROM calendar_years") == 0


async def test_one_adoption_at_a_time(home: House, tmp_path: Path, owner: Any) -> None:
    from ledger.sql import sql

    assert await owner.fetchval(sql("adoption_begins"))
    by = (await home.gateway.resolver()).actor("bureau1")
    hasty = replace(home.connections, settings=home.settings.model_copy(update={"patience": 0.5}))
    with pytest.raises(CommandRefused, match="adoption_running"):
        await adopt(hasty, by, Files(year_files(tmp_path, 9)[0], incomplete=True))
    assert await owner.fetchval(sql("adoption_ends"))
    await adopted(home, *year_files(tmp_path, 9))


async def test_a_table_that_says_less_than_is_there_is_refused_by_line(
    home: House, tmp_path: Path
) -> None:
    year = today().year + 1
    rest = days_from_now(400)

    async def refused(file: Path) -> tuple[int, str]:
        with pytest.raises(FileInvalid) as found:
            await adopted(home, file)
        (problem,) = found.value.problems
        return problem.line, problem.text_key

    def file(version: str, provisional: bool = False, off: Any = ()) -> Path:
        return year_file(tmp_path, year, version, off, provisional)

    assert await refused(file("2.0")) == (2, "calendar.version_form")
    assert await refused(file(f"{year - 1}.4")) == (2, "calendar.version_form")
    await adopted(home, file(f"{year}.5"))
    assert await refused(file(f"{year}.5", off=rest)) == (2, "calendar.version_taken")
    assert await refused(file(f"{year}.4")) == (2, "calendar.version_lower")
    assert await refused(file(f"{year}.6", provisional=True)) == (
        4,
        "calendar.provisional_over_published",
    )
    old = year_file(tmp_path, 2020, "2020.1")
    assert await refused(old) == (1, "calendar.year_over")
    assert load_year(file(f"{year}.5")) in (await tables_in_force(home.pool)).years
    assert await home.pool.fetchval("SELECT count(*) FROM calendar_years") == 1


async def test_an_overdue_of_the_old_calendar_is_withdrawn(
    later: House, ahead: Ahead, tmp_path: Path
) -> None:
    await adopted(later, *year_files(tmp_path, 7))
    demand = await later.demand()
    await later.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    await ahead.pass_days(demand, 5)
    await later.gateway.flush(demand)
    late = await later.state(demand)
    claim = late.clock(Clock.CLAIM)
    assert claim is not None
    assert claim.overdue_since is not None
    this, following = year_files(tmp_path, 9, days_from_now(20))
    first = (await adopted(later, following)).swept
    swept = (await adopted(later, this)).swept
    (moved,) = [m for m in (*first.moved, *swept.moved) if m.clock is Clock.CLAIM and m.withdrawn]
    state = await later.state(demand)
    assert not state.overdue
    assert moved.after == due(state, Clock.CLAIM)
    kinds = [event.kind for event in await events_of(later, demand)]
    assert kinds.count("overdue_withdrawn") == kinds.count("became_overdue") == 1


async def test_no_deadline_is_moved_to_before_its_adoption(
    later: House, ahead: Ahead, tmp_path: Path
) -> None:
    await adopted(later, *year_files(tmp_path, 7, days_from_now(20)))
    demand = await later.demand()
    await later.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    await ahead.pass_days(demand, 12)
    await later.gateway.flush(demand)
    assert not (await later.state(demand)).overdue
    await adopted(later, *year_files(tmp_path, 8))
    events = await events_of(later, demand)
    moved = []
    for number, event in enumerate(events):
        before = fold(events[:number])
        for change in event.clocks if isinstance(event, e.CalendarAdopted) else ():
            old = before.clock(*change.running.key) if before else None
            if old is not None and old.due != change.running.due:
                moved.append((event.at, change.running))
    assert {running.clock for _, running in moved} >= {Clock.CLAIM}
    assert all(running.due >= at for at, running in moved)


async def test_a_command_is_the_same_for_a_demand_and_a_calendar(
    home: House, tmp_path: Path
) -> None:
    """Whoever sends it again, after whatever accident, is told the first answer."""
    demand = await home.demand()
    found = await adopted(home, *year_files(tmp_path, 9))
    calendar = found.tables.calendar_for((await home.state(demand)).listed_at)
    command_id = command_id_of(demand, calendar.version)
    again = await home.gateway.act(
        demand, "bureau1", "adopt_calendar", {"calendar": calendar}, command_id
    )
    assert [r.event.kind for r in again.answer.events] == ["calendar_adopted"]
    kinds = [event.kind for event in await events_of(home, demand)]
    assert kinds.count("calendar_adopted") == 2  # one for each file
