"""`lianban calendar adopt`, and what the other commands say of the calendar after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.calendars import days_from_now, office_file, today, year_file, year_files
from tests.support.cli import Cli
from tests.support.house import House
from tests.support.killable import Engines, killable_engines
from tests.support.killing import Place, place_on
from tests.support.processes import PROJECT, Process
from tests.support.reckoning import assert_kept
from tests.support.waiting import eventually

pytestmark = pytest.mark.xdist_group("calendar adoption")

LIST = PROJECT / "samples" / "anning-2026q4-demand-list.xlsx"


@pytest.fixture
def cli(
    home: House,
    settings: Settings,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as cli:
        yield cli


async def test_it_lists_what_moved(cli: Cli, home: House, tmp_path: Path) -> None:
    demand = await home.claimed()
    this, following = year_files(tmp_path, 9, days_from_now(20))
    await cli.done("calendar", "adopt", str(following), "--incomplete", "--as", "bureau1")
    adopt = ("calendar", "adopt", str(this), "--as", "bureau1")
    refused = await cli(*adopt)
    assert (refused.code, "缺少元旦、春节、清明节" in refused.err) == (1, True), refused
    foreseen = await cli.done(*adopt, "--incomplete", "--dry-run")
    assert (foreseen["dry_run"], foreseen["adopted"]) == (True, [demand])
    assert foreseen == await cli.done(*adopt, "--incomplete", "--dry-run"), "nothing was written"
    shown = await cli(*adopt, "--incomplete")
    assert shown.code == 0, shown
    lines = shown.out.splitlines()
    assert lines[0] == f"{today().year}年日历"
    assert "未结需求 1 件：本次改用 1 件，此前已按此日历 0 件。" in lines
    rows = [line.split() for line in lines if line.startswith(demand)]
    assert {row[1] for row in rows} == {"方案", "办结"}, lines
    assert all(row[2] < row[4] for row in rows)
    assert {m["clock"] for m in foreseen["moved"]} == {"plan", "resolve"}
    again = await cli.done("calendar", "adopt", str(this), "--as", "bureau1")
    assert (again["already"], again["adopted"], again["moved"], again["left"]) == (1, [], [], 0)


async def test_the_other_commands_reckon_by_what_was_adopted(cli: Cli, tmp_path: Path) -> None:
    year = today().year + 2
    file = year_file(tmp_path, year, f"{year}.1", provisional=True)
    hours = office_file(tmp_path, "office-2030.1", "10:00-16:00")
    found = await cli.done("calendar", "adopt", str(file), "--office", str(hours))
    assert (found["year"], found["office_version"]) == (year, "office-2030.1")
    shown = await cli.done("calendar", "show", str(year))
    assert (shown["version"], shown["office_hours"]) == (f"{year}.1", ["10:00-16:00"])
    assert shown["from"] == "park"
    due = await cli.done("calendar", "deadline", "2026-10-09 11:00", "4wh")
    assert due["due"].startswith("2026-10-09T07:00")
    assert (due["from"], due["calendar"]) == ("park", found["calendar"])


async def test_mistakes_are_told_by_line(cli: Cli, tmp_path: Path) -> None:
    file = year_file(tmp_path, 2020, "2020.1")
    refused = await cli("calendar", "adopt", str(file), "--json")
    assert refused.code == 1
    (problem,) = refused.json()["problems"]
    assert (problem["line"], problem["code"]) == (1, "calendar.year_over")
    assert "2020 年已过" in (await cli("calendar", "adopt", str(file))).out
    assert await cli.refused("calendar", "adopt", str(file), "--as", "u20") == "not_authorized"
    assert "无权采用日历" in (await cli("calendar", "adopt", str(file), "--as", "u20")).err
    nothing = await cli("calendar", "adopt")
    assert (nothing.code, "请给出日历文件" in nothing.err) == (2, True)


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with killable_engines() as found:
        yield found


@pytest.fixture
async def place(engines: Engines, tmp_path: Path) -> AsyncIterator[Place]:
    async with place_on(engines, tmp_path) as found:
        yield found


def adopting(place: Place, file: Path) -> Process:
    command = ["calendar", "adopt", str(file), "--incomplete", "--as", "bureau1", "--json"]
    return place.python("-c", "from starter.cli import main; main()", *command)


ADOPTED = "SELECT count(*) FROM events WHERE kind = 'calendar_adopted'"


async def test_killed_halfway_and_run_again_each_demand_is_revised_once(
    place: Place, tmp_path: Path
) -> None:
    await place.worker()
    command = ["list", "start", str(LIST), "--list-id", place.home.prefix, "--as", "bureau1"]
    start = place.python("-c", "from starter.cli import main; main()", *command, "--json")
    assert await start.ends() in (0, 1), start.all_text()
    rows = await place.home.pool.fetch("SELECT demand FROM demands WHERE open ORDER BY demand")
    demands = [row["demand"] for row in rows]
    assert len(demands) > 20
    file = year_files(tmp_path, 9, days_from_now(20))[0]
    first = adopting(place, file)

    async def some() -> bool:
        return bool(await place.home.pool.fetchval(ADOPTED))

    await eventually(some, "a first demand that is revised")
    first.kill()
    before = await place.home.pool.fetchval(ADOPTED)
    assert 0 < before < len(demands), "it was killed halfway"
    second = adopting(place, file)
    assert await second.ends() == 0, second.all_text()

    async def settled() -> bool:
        return not await place.home.pool.fetchval("SELECT count(*) FROM intents")

    await eventually(settled, "no open intent")
    counts = await place.home.pool.fetch(
        "SELECT demand, count(*) FILTER (WHERE kind = 'calendar_adopted') AS times"
        " FROM events GROUP BY demand ORDER BY demand"
    )
    assert [(row["demand"], row["times"]) for row in counts] == [(d, 1) for d in demands]
    histories = await assert_kept(place.home.client, place.home.pool, demands, [])
    for history in histories.values():
        kinds = [event.event.kind for event in history.events.values()]
        assert kinds == ["listed", "calendar_adopted"]
    third = adopting(place, file)
    assert await third.ends() == 0
    assert '"adopted": []' in third.text()
