"""What shows deadlines: a demand, the lists, the tasks, the timeline, custody and precedents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.calendar import PARK_TIME
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.cli import Cli
from tests.support.hasty import neglected
from tests.support.house import House


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


async def test_a_demand_shows_what_waits_and_who_helps(cli: Cli, home: House) -> None:
    demand = await home.planned()
    await home.act(demand, "u20", "ask_extension", more="5wd", reason="排期")
    shown = (await cli("demand", "show", demand)).out
    assert "（还剩 10 个工作日）" in shown
    assert "申请延长 5 个工作日：排期（" in shown
    await home.act(demand, "bureau1", "grant_extension")
    await home.act(demand, "u20", "ask_co_handling", unit="U08", request="核定水压")
    await home.act(demand, "leader-ne", "instruct", text="本周解决")
    await home.act(demand, "bureau1", "supervise", reason="企业催问")
    shown = (await cli("demand", "show", demand)).out
    for said in (
        "批示落实（第 1 号批示） ",
        "协办（市水务局） ",
        "已延期 1 次",
        "市水务局：核定水压（尚未接受）",
        "第 1 号批示：本周解决（新能源电池材料产业链链长）",
        "第 1 号督办单：企业催问（",
    ):
        assert said in shown, said
    await home.act(demand, "u20", "respond", instruction=1, text="已安排")
    assert "待落实批示" not in (await cli("demand", "show", demand)).out


async def test_the_next_step_is_what_waits_beside_the_demand_s_own(cli: Cli, home: House) -> None:
    demand = await home.planned()
    ask = ("--more", "5wd", "--reason", "x", "--as", "u20")
    assert "lianban extension grant" in (await cli("extension", "ask", demand, *ask)).out
    refuse = ("--reason", "x", "--as", "bureau1")
    assert "lianban progress" in (await cli("extension", "refuse", demand, *refuse)).out
    help_ = ("--unit", "U08", "--request", "x", "--as", "u20")
    assert "lianban progress" in (await cli("co-handling", "ask", demand, *help_)).out
    accepted = (await cli("co-handling", "accept", demand, "--as", "u08")).out
    assert "lianban co-handling report" in accepted
    told = (await cli("instruct", demand, "--text", "x", "--as", "committee")).out
    assert f"lianban respond {demand} 1 --text 落实情况 --as u20" in told


async def test_what_is_overdue_is_marked_listed_and_first(
    cli: Cli, home: House, list_id: str
) -> None:
    fine = await home.planned()
    late = await neglected(home)

    async def found(*tokens: str) -> list[str]:
        page = await cli.done("demand", "list", "--list", list_id, *tokens)
        return [row["demand"] for row in page["demands"]]

    assert await found() == [fine, late]
    assert await found("--by-due") == [late, fine]
    assert await found("--by-due", "--limit", "1", "--after", late) == [fine]
    assert await found("--overdue") == [late]
    tomorrow = datetime.now(PARK_TIME) + timedelta(days=1)
    assert await found("--due-before", f"{datetime.now(PARK_TIME):%Y-%m-%d %H:%M:%S}") == [late]
    assert set(await found("--due-before", f"{tomorrow + timedelta(days=30):%Y-%m-%d}")) == {
        fine,
        late,
    }
    printed = (await cli("demand", "list", "--list", list_id)).out
    assert "已交办 逾期  认领 " in printed
    assert "进展填报 " in printed
    shown = (await cli("demand", "show", late)).out
    assert shown.startswith(f"{late}  已交办 逾期\n")
    assert "认领逾期已升级，等待领导批示" in shown
    assert "系统时钟" in shown


async def test_tasks_come_by_deadline_and_reach_leaders_and_helpers(cli: Cli, home: House) -> None:
    fine = await home.planned()
    late = await neglected(home)
    await home.act(fine, "u20", "ask_co_handling", unit="U08", request="核定水压")
    await home.act(fine, "leader-ne", "instruct", text="本周解决")
    tasks = (await cli.done("tasks", "--as", "u20"))["tasks"]
    assert [(t["demand"], t["kind"], t["late"]) for t in tasks] == [
        (late, "claim", True),
        (fine, "respond", False),
        (fine, "resolve", False),
    ]
    assert "待落实：第 1 号批示" in (await cli("tasks", "--as", "u20")).out
    (helping,) = (await cli.done("tasks", "--as", "u08"))["tasks"]
    assert (helping["demand"], helping["kind"]) == (fine, "co_handle")
    for leader in ("leader-ne", "committee"):
        (task,) = (await cli.done("tasks", "--as", leader))["tasks"]
        assert (task["demand"], task["kind"]) == (late, "instruct")
    await cli.done("instruct", late, "--text", "马上认领", "--as", "leader-ne")
    assert (await cli.done("tasks", "--as", "leader-ne"))["tasks"] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            ("时限：交办按时完成；认领开始计时，", "告知：市供电局、要素保障党员突击队", "已升级"),
        ),
        ("en", ("deadlines: assigning met in time; claiming begins, due ", "told: ", "Escalated")),
    ],
)
async def test_the_timeline_says_what_became_of_deadlines_and_who_was_told(
    cli: Cli, home: House, monkeypatch: pytest.MonkeyPatch, lang: str, said: tuple[str, ...]
) -> None:
    demand = await neglected(home)
    monkeypatch.setenv("LIANBAN_LANG", lang)
    printed = await cli("audit", "replay", demand)
    assert printed.code == 0
    for words in said:
        assert words in printed.out
    assert "audit." not in printed.out
    assert "running" not in printed.out
