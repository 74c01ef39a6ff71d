"""The command line shows a demand to who may see it, and its handlers no word of the enterprise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.sealing import SealedState
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.cli import Cli
from tests.support.house import ENTERPRISE, House

THEM = f"enterprise:{ENTERPRISE.uscc}"
MARK = "办事拖沓、从不回电"
SEALED_TEXT = "销号前对承办方保密"
PARTLY = {"outcome": "partly_solved", "text": "临时供电"}


@pytest.fixture
def cli(
    home: House,
    settings: Settings,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    """The command line against this test's house."""
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as cli:
        yield cli


async def reopened(home: House) -> str:
    """Resolved, and the enterprise said what it thinks of that."""
    demand = await home.planned()
    await home.act(demand, "u20", "resolve", **PARTLY)
    await home.act(demand, THEM, "evaluate", score=1, comment=MARK)
    await home.act(demand, "bureau1", "supervise", reason="请抓紧")
    return demand


def readings(demand: str) -> list[tuple[str, ...]]:
    """Everything that the command line can show of a demand."""
    return [
        ("demand", "show", demand),
        ("demand", "list"),
        ("demand", "deadline", demand, "--all"),
        ("tasks",),
        ("inbox",),
        ("audit", "replay", demand),
        ("audit", "verify", demand),
        ("custody",),
        ("precedents",),
    ]


@pytest.mark.parametrize("who", ["u20", "s04", "s04m"])
async def test_a_handler_finds_it_nowhere_until_it_is_closed(
    cli: Cli, home: House, who: str
) -> None:
    demand = await reopened(home)
    for words in readings(demand):
        for more in ((), ("--json",)):
            run = await cli(*words, "--as", who, *more)
            assert run.code == 0, (words, run.err)
            assert MARK not in run.out + run.err, words
    assert SEALED_TEXT in (await cli("demand", "show", demand, "--as", who)).out
    assert SEALED_TEXT in (await cli("audit", "replay", demand, "--as", who)).out

    await home.act(demand, "u20", "plan", summary="正式接入")
    await home.act(demand, "u20", "resolve", **PARTLY)
    await home.act(demand, THEM, "evaluate", score=5, comment="满意")
    for name in ("show", "deadline"):
        assert (await cli("demand", name, demand, "--as", who)).code == 0
    assert MARK in (await cli("demand", "show", demand, "--as", who)).out
    assert MARK in (await cli("audit", "replay", demand, "--as", who)).out


async def test_the_json_of_a_sealed_demand_has_nothing_to_try_a_hash_with(
    cli: Cli, home: House
) -> None:
    demand = await reopened(home)
    shown = await cli.done("demand", "show", demand, "--as", "u20")
    assert shown["sealed"] is True
    assert shown["state"]["evaluations"] == []
    assert [one["round"] for one in shown["state"]["sealed"]] == [1]
    hidden = {e["kind"]: (e["body"], e["command_id"]) for e in shown["events"] if not e["body"]}
    assert hidden == {"evaluated": (None, None), "reopened": (None, None)}
    assert all(event["hash"] for event in shown["events"])

    whole = await cli.done("demand", "show", demand)
    assert whole["sealed"] is False
    assert whole["state"]["evaluations"][0]["comment"] == MARK


async def test_who_does_not_handle_it_reads_it_at_once(cli: Cli, home: House) -> None:
    demand = await reopened(home)
    for who in ("bureau1", "auditor1", "committee", THEM):
        assert MARK in (await cli("demand", "show", demand, "--as", who)).out, who
    assert MARK in (await cli("demand", "show", demand)).out


async def test_what_an_act_answers_its_handler_is_sealed(cli: Cli, home: House) -> None:
    demand = await reopened(home)
    accepted = await home.act(demand, "u20", "plan", summary="正式接入")
    assert isinstance(accepted.state, SealedState)
    assert MARK not in accepted.answer.model_dump_json()
    told = await cli("progress", demand, "--text", "已进场", "--as", "u20")
    assert told.code == 0
    assert MARK not in told.out
    of_bureau = await home.act(demand, "bureau1", "amend", remark="急")
    assert MARK in of_bureau.answer.model_dump_json()


async def test_a_demand_of_others_is_not_shown(
    cli: Cli, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = await home.planned()
    for words in (
        ("demand", "show", demand),
        ("demand", "deadline", demand),
        ("slip", "assignment", demand),
        ("audit", "replay", demand),
        ("audit", "verify", demand),
    ):
        assert await cli.refused(*words, "--as", "u21") == "not_readable", words
    assert (await cli.done("demand", "list", "--as", "u21"))["demands"] == []
    assert (await cli.done("audit", "verify", "--all", "--as", "u21"))["total"] == 0
    assert (await cli.done("demand", "list", "--as", "u20"))["demands"][0]["demand"] == demand
    assert (await cli.done("audit", "verify", "--all", "--as", "u20"))["total"] == 1
    monkeypatch.setenv("LIANBAN_ACCOUNT", "u21")
    assert await cli.refused("demand", "show", demand) == "not_readable"


async def test_a_helping_unit_finds_the_demand_on_its_list(cli: Cli, home: House) -> None:
    demand = await home.planned()
    await home.act(demand, "u20", "ask_co_handling", unit="U08", request="核定水压")
    for who in ("u08", "s04", THEM, "leader-ne", "u20"):
        found = (await cli.done("demand", "list", "--as", who))["demands"]
        assert [row["demand"] for row in found] == [demand], who
        by_due = (await cli.done("demand", "list", "--by-due", "--as", who))["demands"]
        assert [row["demand"] for row in by_due] == [demand], who
    assert (await cli.done("custody", "--as", "u08"))["held"] == (await cli.done("custody"))["held"]
    assert (await cli.done("custody", "--as", "u21"))["held"] == []
