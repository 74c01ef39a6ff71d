"""What came with deadlines, by commands: extensions, co-handling, leaders, rulings, the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.calendar import PARK_TIME
from domain.rules import Clock
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.deadline_text import derivation
from starter.policies import POLICIES, load_policy
from tests.support.cli import Cli
from tests.support.hasty import neglected
from tests.support.house import House

QUANZHOU = POLICIES / "quanzhou-2022.toml"


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


def kinds(answer: Any) -> list[str]:
    return [event["kind"] for event in answer["events"]]


async def test_an_extension_is_asked_for_and_granted_or_refused(cli: Cli, home: House) -> None:
    demand = await home.planned()
    ask = ("extension", "ask", demand, "--reason", "等排期", "--as", "u20", "--more")
    wrong = await cli(*ask, "五天")
    assert (wrong.code, "请写成数字加单位" in wrong.err) == (2, True)
    assert await cli.refused(*ask, "900wd") == "extension_too_long"
    assert await cli.refused("extension", "grant", demand, "--as", "bureau1") == (
        "no_extension_pending"
    )
    assert kinds(await cli.done(*ask, "５WD")) == ["extension_asked"]
    told = await cli(*ask, "5wd")
    assert "已有一项延期申请" in told.err
    assert f"lianban extension grant {demand}" in told.err
    refused = ("extension", "refuse", demand, "--reason", "企业急需", "--as", "bureau1")
    assert kinds(await cli.done(*refused)) == ["extension_refused"]
    before = await _clock(cli, demand, "resolve")
    await cli.done(*ask, "5wd")
    granted = await cli("extension", "grant", demand, "--as", "bureau1")
    assert "同意延期\n  延长 5 个工作日" in granted.out
    after = await _clock(cli, demand, "resolve")
    assert [leg["rule"] for leg in after["legs"]] == ["10wd", "5wd"]
    assert after["legs"][0]["due"] == before["due"] == after["legs"][1]["start"] < after["due"]


async def _clock(cli: Cli, demand: str, clock: str) -> Any:
    shown = await cli.done("demand", "deadline", demand)
    (found,) = (one for one in shown["clocks"] if one["clock"] == clock)
    return found


async def test_a_part_is_co_handled_by_another_unit(cli: Cli, home: House) -> None:
    demand = await home.planned()
    ask = ("co-handling", "ask", demand, "--request", "核定水压", "--as", "u20", "--unit")
    assert await cli.refused(*ask, "市供电局") == "co_handler_is_lead"
    assert kinds(await cli.done(*ask, "市水务局")) == ["co_handling_asked"]
    assert (await _clock(cli, demand, "co_handle"))["subject"] == "U08"
    assert await cli.refused("co-handling", "accept", demand, "--as", "u20") == "not_authorized"
    for act, kind in (
        (("accept", demand, "--note", "好"), "co_handling_accepted"),
        (("report", demand, "--text", "已踏勘"), "co_handling_reported"),
        (("finish", demand, "--text", "水压正常"), "co_handling_finished"),
    ):
        assert kinds(await cli.done("co-handling", *act, "--as", "u08")) == [kind]
    assert await cli.refused("co-handling", "finish", demand, "--text", "x", "--as", "u08") == (
        "not_authorized"
    )


async def test_a_leader_instructs_and_the_unit_responds(cli: Cli, home: House) -> None:
    demand = await home.planned()
    assert await cli.refused("instruct", demand, "--text", "快", "--as", "leader-mt") == (
        "not_authorized"
    )
    told = await cli("instruct", demand, "--text", "本周内解决", "--as", "leader-ne")
    assert "领导作出批示\n  第 1 号批示；本周内解决" in told.out
    slip = await cli("supervise", demand, "--reason", "企业两次催问", "--as", "committee")
    assert "已督办\n  第 1 号督办单；企业两次催问" in slip.out
    wrong = await cli("respond", demand, "2", "--text", "x", "--as", "u20")
    assert f"查看批示：lianban demand show {demand}" in wrong.err
    answered = await cli.done("respond", demand, "1", "--text", "已开专题会", "--as", "u20")
    assert kinds(answered) == ["responded"]
    contacted = await cli.done("contact", demand, "--note", "已通话", "--answers", "--as", "s04")
    assert kinds(contacted) == ["contacted"]


async def test_a_second_return_is_adjudicated_and_cannot_be_returned(cli: Cli, home: House) -> None:
    demand = await home.demand()
    give_back = ("return", demand, "--reason", "不属本单位", "--legal-basis", "三定方案")
    for _ in range(2):
        await cli.done("assign", demand, "--unit", "u08", "--as", "bureau1")
        answer = await cli.done(*give_back, "--as", "u08")
    assert kinds(answer) == ["returned", "adjudication_convened"]
    told = await cli("assign", demand, "--unit", "u08", "--as", "bureau1")
    assert f"裁定：lianban adjudicate {demand} " in told.err
    assert "会商裁定：" in (await cli("demand", "deadline", demand)).out
    rule = ("adjudicate", demand, "--unit", "市供电局", "--ruling", "临时用电属供电部门")
    ruled = await cli.done(*rule, "--legal-basis", "供电营业规则", "--as", "bureau1")
    assert (kinds(ruled), ruled["turn"]["code"]) == (["ruled"], "U20")
    assert await cli.refused(*give_back, "--as", "u20") == "return_barred"
    state = await home.state(demand)
    assert state.squad is not None
    assert state.squad.code == "S04"  # by the routing


async def test_the_enterprise_is_asked_again_before_closing(cli: Cli, home: House) -> None:
    home.policy = load_policy(QUANZHOU)
    demand = await home.closed()
    assert (await home.state(demand)).status.value == "resolved"
    follow = ("follow-up", demand, "--text", "电话回访", "--as", "bureau1")
    assert (await cli(*follow)).code == 2
    assert await cli.refused(*follow[:4], "--as", "u20", "--satisfied") == "not_authorized"
    reopened = await cli.done(*follow, "--dissatisfied")
    assert (kinds(reopened), reopened["round"]) == (["followed_up", "reopened"], 2)


async def test_a_deadline_can_be_recomputed_from_what_is_shown(cli: Cli, home: House) -> None:
    demand = await home.planned()
    shown = (await cli("demand", "deadline", demand)).out
    state = await home.state(demand)
    running = state.clock(Clock.RESOLVE)
    assert running is not None
    assert (
        f"办结：{running.due.astimezone(PARK_TIME):%Y-%m-%d %H:%M} 到期，还剩 10 个工作日" in shown
    )
    assert derivation(running.legs[0], "交办", "zh") in shown
    assert "日历：office-" in shown
    assert "催办市供电局、要素保障党员突击队" in shown
    assert "升级上报新能源电池材料产业链书记单位、新能源电池材料产业链链长，抄送服务中心" in shown
    assert "认领：" not in shown
    everything = (await cli("demand", "deadline", demand, "--all")).out
    assert everything.startswith(shown)
    assert "按时完成（" in everything


async def test_pauses_extensions_and_reviews_are_part_of_what_is_shown(
    cli: Cli, home: House
) -> None:
    demand = await home.planned()
    later = datetime.now(PARK_TIME) + timedelta(days=20)
    until = ("--until", f"{later:%Y-%m-%d}")
    await cli.done("pause", demand, "--reason", "等材料", *until, "--as", "u20")
    shown = (await cli("demand", "deadline", demand)).out
    assert "挂起约定到 " in shown
    assert "挂起到期，自动恢复办理" in shown
    assert "（挂起）" in shown
    await cli.done("resume", demand, "--as", "u20")
    word = ("resolve", demand, "--outcome", "not_now", "--text", "待规划", "--as", "u20")
    await cli.done(*word, "--review-on", f"{later:%Y-%m-%d}")
    shown = (await cli("demand", "deadline", demand)).out
    assert "办结时约定最迟 " in shown
    assert "仍未评价的，按 5 分计" in shown


async def test_what_has_no_clock_says_so(cli: Cli, home: House) -> None:
    demand = await home.closed()
    assert "没有正在计时的时限。" in (await cli("demand", "deadline", demand)).out
    past = (await cli.done("demand", "deadline", demand, "--all"))["past"]
    assert {one["ended"] for one in past} == {"met", "dropped"}
    assert await cli.refused("demand", "deadline", "X-9-001") == "unknown_demand"


async def test_the_clock_reminds_chases_and_escalates_within_seconds(cli: Cli, home: House) -> None:
    demand = await neglected(home)
    claim = await _clock(cli, demand, "claim")
    assert (claim["remaining"]["late"], claim["legs"][0]["rule"]) == (True, "2s")
    shown = (await cli("demand", "deadline", demand)).out
    assert "认领：" in shown
    assert "已逾期 " in shown
    assert "升级上报新能源电池材料产业链书记单位" in shown
    shown = await cli.done("demand", "show", demand)
    assert [event["kind"] for event in shown["events"]][2:6] == [
        *("reminded", "became_overdue", "chased", "escalated"),
    ]
