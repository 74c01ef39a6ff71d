"""`lianban policy try` on a real ledger: what it finds, how fast, and that it changes nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.calendar import PARK_TIME
from domain.what_if import late_as_recorded
from ledger.pool import Pool
from ledger.projector import record
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.calendars import CALENDARS, load_calendar
from starter.policies import POLICIES, load_policy
from tests.support.calendars import year_file
from tests.support.chains import chain
from tests.support.cli import Cli
from tests.support.timed_lives import Life, random_life

DEFAULT = load_policy(POLICIES / "default.toml")
CALENDAR = load_calendar()
BEGAN = datetime(2026, 4, 7, 10, 0, tzinfo=PARK_TIME)
MANY = 250
"""A thousand, of twenty events each, took 7.1 s on two shared cores."""


@pytest.fixture
def cli(
    settings: Settings,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as cli:
        yield cli


def life(number: int, spread: int = 60) -> Life:
    """A demand of the second quarter, and what the clock had to do until July."""
    began = BEGAN + timedelta(days=number % spread)
    fields: dict[str, Any] = {"policy": DEFAULT, "calendar": CALENDAR}
    demand = f"AN-2026Q2-{number:03d}"
    found = random_life(number, began, demand=demand, list_id="AN-2026Q2", **fields)
    return found.wait(datetime(2026, 7, 1, tzinfo=PARK_TIME))


async def put(pool: Pool, *lives: Life) -> None:
    for one in lives:
        assert one.state is not None
        await record(pool, one.recorded, one.state)


async def contents(owner: asyncpg.Connection) -> list[Any]:
    tables = ("events", "demands", "intents", "messages", "calendar_years", "alarms")
    return [await owner.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


Q2 = ("--from", "2026-04-01", "--to", "2026-06-30")


async def test_it_compares_and_changes_nothing(
    cli: Cli, pool: Pool, owner: asyncpg.Connection
) -> None:
    lives = [life(number) for number in range(1, 31)]
    await put(pool, *lives)
    before = await contents(owner)
    file = str(POLICIES / "default.toml")
    same = await cli.done("policy", "try", file, *Q2)
    end = datetime(2026, 7, 1, tzinfo=PARK_TIME)
    late = [late_as_recorded(one.events, end) for one in lives]
    assert same["demands"] == 30
    assert same["late"] == {"tried": sum(map(bool, late)), "recorded": sum(map(bool, late))}
    claims = sum("claim" in {one.clock.value for one in found} for found in late)
    assert {"clock": "claim", "tried": claims, "recorded": claims} in same["by_clock"]
    minutes = [one["minutes"] for one in same["worst"]]
    assert minutes == sorted(minutes, reverse=True)
    assert len(minutes) == 10
    strict = await cli.done("policy", "try", str(POLICIES / "jimo-2018.toml"), *Q2)
    assert strict["late"]["recorded"] == same["late"]["recorded"]
    assert strict["by_clock"] != same["by_clock"]
    shown = await cli("policy", "try", str(POLICIES / "jimo-2018.toml"), *Q2)
    assert shown.code == 0
    assert "2026-04-01 起列单的需求 30 件，计算到 2026-06-30 24:00。" in shown.out
    assert shown.out.splitlines()[-1] == "只作试算，没有改动任何数据。"
    assert strict["worst"][0]["demand"] in shown.out
    assert await contents(owner) == before


async def test_only_what_was_listed_in_the_period(cli: Cli, pool: Pool) -> None:
    await put(pool, life(1), life(40))
    file = str(POLICIES / "default.toml")
    found = await cli.done("policy", "try", file, "--from", "2026-04-08", "--to", "2026-04-08")
    assert found["demands"] == 1
    assert found["until"] == "2026-04-08T16:00:00.000000Z"
    none = await cli.done("policy", "try", file, "--from", "2025-04-08", "--to", "2025-04-09")
    assert (none["demands"], none["worst"]) == (0, [])
    wrong = await cli("policy", "try", file, "--from", "2026-04-08", "--to", "2026-04-07")
    assert (wrong.code, "早于" in wrong.err) == (2, True)


async def test_demands_of_format_1_and_another_calendar(
    cli: Cli, pool: Pool, tmp_path: Path
) -> None:
    steps = chain("AN-2026Q1-001", 3)
    for step in steps:
        await record(pool, step.events, step.state)
    q1 = ("--from", "2026-03-01", "--to", "2026-03-31")
    file = str(POLICIES / "default.toml")
    found = await cli.done("policy", "try", file, *q1)
    assert found["before_deadlines"] == 1
    assert found["late"] == {"tried": 1, "recorded": 0}
    assert found["by_unit"] == [{"unit": None, "name": "服务中心", "tried": 1, "recorded": 0}]
    day = datetime(2026, 3, 1, tzinfo=PARK_TIME).date()
    off = [day + timedelta(days=number) for number in range(31)]
    table = year_file(tmp_path, 2026, "2026.9", off)
    rested = await cli.done("policy", "try", file, *q1, "--calendar", str(table))
    assert rested["late"] == {"tried": 0, "recorded": 0}
    folder = await cli.done("policy", "try", file, *q1, "--calendar", str(CALENDARS))
    assert folder["late"] == found["late"]
    table.write_text("year = 2026\n", encoding="utf-8")
    bad = await cli("policy", "try", file, *q1, "--calendar", str(table), "--json")
    assert bad.code == 1
    assert bad.json()["problems"]


async def test_what_cannot_be_read_is_named_and_left_out(
    cli: Cli, pool: Pool, owner: asyncpg.Connection
) -> None:
    await put(pool, life(1), life(2))
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE events SET body = '{}' WHERE demand = 'AN-2026Q2-001' AND seq = 1")
    found = await cli.done("policy", "try", str(POLICIES / "default.toml"), *Q2)
    assert (found["demands"], found["unreadable"]) == (2, ["AN-2026Q2-001"])


async def test_hundreds_of_demands_take_seconds(cli: Cli, pool: Pool) -> None:
    lives = [life(number) for number in range(1, MANY + 1)]
    await put(pool, *lives)
    began = time.perf_counter()
    found = await cli.done("policy", "try", str(POLICIES / "jimo-2018.toml"), *Q2)
    took = time.perf_counter() - began
    assert found["demands"] == MANY
    events = sum(len(one.recorded) for one in lives)
    print(json.dumps({"demands": MANY, "events": events, "seconds": round(took, 1)}))  # noqa: T201
    assert took < 10
