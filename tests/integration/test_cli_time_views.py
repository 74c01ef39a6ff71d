"""What shows deadlines: a demand, the lists, the tasks, the timeline, custody and precedents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from domain.calendar import PARK_TIME
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.policies import POLICIES
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


async def test_custody_is_summed_by_unit_up_to_now(
    cli: Cli, home: House, owner: asyncpg.Connection, list_id: str
) -> None:
    """Where the office never closes; the ledger is told that more time has passed."""
    assert "还没有计入任何在手时间" in (await cli("custody", "--list", await _new(home))).out
    with_unit, ended = await neglected(home), await neglected(home, "希望协助招聘操作工一百名。")
    await cli.done("withdraw", ended, "--reason", "x", "--call-note", "来电", "--as", "bureau1")
    before = f"{datetime.now(UTC) - timedelta(minutes=180):%Y-%m-%dT%H:%M:%S.000000Z}"
    await _told(owner, with_unit, before, [("unit", "U20", "市供电局", 60)])
    charged = [("unit", "U20", "市供电局", 40), ("bureau", "NE", "新能源", 7)]
    await _told(owner, ended, before, [*charged, ("enterprise", "9153", "某某公司", 5)])
    found = (await cli.done("custody", "--list", list_id))["held"]
    assert [(h["role"], h["code"], h["demands"]) for h in found] == [
        ("unit", "U20", 2),
        ("bureau", None, 1),
        ("enterprise", None, 1),
    ]
    assert 280 <= found[0]["minutes"] <= 282
    assert abs(found[0]["average"] - found[0]["minutes"] / 2) < 1
    printed = (await cli("custody", "--unit", "市供电局")).out
    assert re.search(r"市供电局 +2 +4 小时 4\d 分钟 +2 小时 2\d 分钟", printed)
    assert "服务中心" not in printed
    shown = (await cli("demand", "show", with_unit)).out
    assert re.search(r"在手时间 +市供电局 4 小时", shown)
    assert await cli.refused("custody", "--unit", "U99") == "unknown_unit"


async def _new(home: House) -> str:
    demand = await home.demand("还没有交办的一件事情，请尽快安排。")
    return demand.rpartition("-")[0]


async def _told(
    owner: asyncpg.Connection, demand: str, at: str, charged: list[tuple[str, str, str, int]]
) -> None:
    """Write other sums, and another last instant, into a demand's current state."""
    names = ("role", "code", "name", "minutes")
    custody = [dict(zip(names, one, strict=True)) for one in charged]
    more = json.dumps({"custody": custody, "changed_at": at})
    await owner.execute(
        "UPDATE demands SET state = state || $2::jsonb WHERE demand = $1", demand, more
    )


async def test_rulings_are_precedents_of_their_category(cli: Cli, home: House) -> None:
    assert "还没有会商裁定" in (await cli("precedents")).out
    demand = await home.demand()
    for _ in range(2):
        await home.act(demand, "bureau1", "assign", unit="U08")
        await home.act(demand, "u08", "return", reason="不属", legal_basis="三定方案")
    await home.act(demand, "bureau1", "adjudicate", unit="U20", ruling="临时用电属供电部门")
    (ruled,) = (await cli.done("precedents", "--category", "用电"))["precedents"]
    assert (ruled["demand"], ruled["unit"], ruled["ruling"]) == (
        demand,
        "U20",
        "临时用电属供电部门",
    )
    assert "临时用电属供电部门" in (await cli("precedents")).out
    assert (await cli.done("precedents", "--category", "用工"))["precedents"] == []
    assert await cli.refused("precedents", "--category", "没有的类别") == "unknown_category"


async def test_a_policy_is_chosen_for_the_occasion(cli: Cli, home: House, list_id: str) -> None:
    new = ("demand", "new", "--enterprise", "云南裕能新能源电池有限公司", "--category", "用电")
    here = ("--list-id", list_id, "--as", "bureau1", "--text")
    demo = ("--policy", str(POLICIES / "demo.toml"))
    hasty = (await cli.done(*new, *here, "演示用的一件需求", *demo))["demand"]
    usual = (await cli.done(*new, *here, "按园区规则办的另一件"))["demand"]
    named = [(await home.state(demand)).policy.name for demand in (hasty, usual)]
    assert named == ["demo", "park"]
    gone = await cli.refused(*new, *here, "第三件", "--policy", "没有的.toml")
    assert gone == "file_invalid"
