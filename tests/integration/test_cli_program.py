"""The installed program: exit codes, streams, and an end without a crash."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.cli import PROGRAM, lianban, program
from tests.support.house import House
from tests.support.processes import environment


@pytest.fixture
def env(settings: Settings, stack: StackInfo) -> dict[str, str]:
    """The environment of this test's programs."""
    return environment(settings, stack.temporal) | {"LIANBAN_LOG_LEVEL": "error"}


async def test_exit_codes_0_1_and_2(home: House, env: dict[str, str]) -> None:
    demand = await home.demand()
    shown = await program("demand", "show", demand, "--json", env=env)
    assert (shown.code, shown.err, shown.json()["demand"]) == (0, "", demand)
    refused = await program("demand", "show", "X-1-001", env=env)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.splitlines()[1] == "代码：unknown_demand"
    assert (await program("demand", "show", env=env)).code == 2


def test_nothing_that_runs_is_exit_code_3(tmp_path: Path) -> None:
    env = {**os.environ, "LIANBAN_DATA": str(tmp_path)}
    for tokens in (["status"], ["demand", "list"], ["claim", "A-1", "--leader", "x", "--as", "u"]):
        told = lianban(*tokens, env=env)
        assert told.code == 3, told
        assert (told.out + told.err).count("lianban up") == 1
        assert str(tmp_path) in told.out + told.err
    told = lianban("tasks", "--as", "u20", "--json", env=env)
    assert (told.code, told.json()["code"]) == (3, "unreachable")
    assert "make up" in told.json()["message"]
    assert told.json()["hint"]
    seen = lianban("status", "--json", env=env).json()
    assert not seen["well"]
    assert not seen["temporal"]["reachable"]


def test_each_engine_that_is_away_is_named(env: dict[str, str]) -> None:
    no_temporal = lianban("status", "--json", env=env | {"TEMPORAL_ADDRESS": "127.0.0.1:1"})
    assert no_temporal.code == 3
    assert no_temporal.json()["postgresql"]["reachable"]
    assert not no_temporal.json()["temporal"]["reachable"]
    dsn = "postgresql://nobody@127.0.0.1:1/none"
    no_ledger = lianban("demand", "list", "--json", env=env | {"LIANBAN_DSN": dsn})
    assert (no_ledger.code, no_ledger.json()["facts"]["part"]) == (3, "postgresql")


def test_no_worker_is_found_wanting(env: dict[str, str]) -> None:
    told = lianban("status", env=env)
    assert (told.code, "没有办理进程在运行" in told.err) == (1, True)


async def test_a_command_that_nobody_answers_says_how_to_repeat_it(
    home: House, env: dict[str, str]
) -> None:
    demand = await home.demand()
    alone = env | {"LIANBAN_PATIENCE": "0.5", "LIANBAN_TASK_QUEUE": "nobody"}
    new = ("demand", "new", "--enterprise", "昆明钢铁集团有限责任公司", "--category", "用电")
    told = await program(*new, "--text", "x", "--list-id", f"{home.prefix}-N", "--json", env=alone)
    assert told.code == 3, told
    assert told.json()["code"] == "unconfirmed"
    assert (await program("demand", "show", demand, env=env)).code == 0


async def test_english_is_spoken_when_asked_for(home: House, env: dict[str, str]) -> None:
    demand = await home.demand()
    told = await program("assign", demand, "--as", "u20", env=env | {"LIANBAN_LANG": "en"})
    assert told.err.startswith("Not done: Account u20 (unit) may not assign this demand.")


async def test_a_reader_that_leaves_and_a_full_disk_end_no_command_in_a_traceback(
    home: House, env: dict[str, str]
) -> None:
    demand = await home.demand()
    for tokens in (["demand", "show", demand], ["demand", "list", "--json"]):
        ended = await asyncio.to_thread(_onto_a_full_disk, tokens, env)
        assert (ended.returncode, "输出写不出去" in ended.stderr) == (1, True)
        ended = await asyncio.to_thread(_into_a_closed_pipe, tokens, env)
        assert (ended.returncode, ended.stderr) == (0, "")


Ended = subprocess.CompletedProcess[str]


def _onto_a_full_disk(tokens: list[str], env: dict[str, str]) -> Ended:
    with Path("/dev/full").open("w") as full:
        return _run([str(PROGRAM), *tokens], env, full.fileno())


def _into_a_closed_pipe(tokens: list[str], env: dict[str, str]) -> Ended:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return _run([str(PROGRAM), *tokens], env, writer)
    finally:
        os.close(writer)


def _run(argv: list[str], env: dict[str, str], stdout: int) -> Ended:
    return subprocess.run(
        argv, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )


async def test_closed_streams_and_poor_terminals_do_no_harm(
    home: House, env: dict[str, str]
) -> None:
    demand = await home.demand()
    closing = f'exec "{PROGRAM}" assign {demand} --as bureau1 <&- >&- 2>&-'
    closed = await asyncio.to_thread(_run, ["sh", "-c", closing], env, subprocess.DEVNULL)
    assert closed.returncode == 0
    assert (await home.state(demand)).status.value == "assigned"
    ascii_only = env | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    shown = await program("demand", "show", demand, env=ascii_only)
    assert (shown.code, demand in shown.out) == (0, True)


async def test_acting_from_many_processes_ends_in_good_order(
    home: House, env: dict[str, str]
) -> None:
    demand = await home.planned()
    acts = [("progress", demand, "--text", f"第{n}次", "--as", "s04", "--json") for n in range(4)]
    answers = await asyncio.gather(*(program(*act, env=env) for act in acts))
    assert [answer.code for answer in answers] == [0] * 4
    assert len({answer.json()["seq"] for answer in answers}) == 4
