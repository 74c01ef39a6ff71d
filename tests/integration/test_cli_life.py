"""A demand's whole life by commands, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.cli import Cli
from tests.support.house import ENTERPRISE, House

THEM = f"enterprise:{ENTERPRISE.uscc}"

TWO_STEPS = ("--milestone", "踏勘", "--milestone", "送电@2036-12-01")
IN_A_MONTH = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
LATE = ("--reason", "等材料", "--until", IN_A_MONTH)
PARTLY = ("--outcome", "部分解决", "--text", "临时供电")
SOLVED = ("--outcome", "solved", "--text", "正式供电")
LIFE: list[tuple[tuple[str, ...], str, list[str]]] = [
    (("assign", "--as", "bureau1"), "assigned", ["assigned"]),
    (("claim", "--leader", "分管副局长", "--as", "u20"), "claimed", ["claimed"]),
    (("plan", "--summary", "接入", *TWO_STEPS, "--as", "u20"), "in_progress", ["planned"]),
    (("hand", "--to", "s04m", "--as", "s04"), "in_progress", ["handed"]),
    (
        ("progress", "--text", "已踏勘", "--percent", "50", "--as", "s04m"),
        "in_progress",
        ["progress_reported"],
    ),
    (("milestone", "1", "--as", "s04m"), "in_progress", ["milestone_completed"]),
    (("milestone", "2", "--note", "好", "--as", "s04m"), "in_progress", ["milestone_completed"]),
    (("pause", *LATE, "--as", "u20"), "in_progress", ["paused"]),
    (("resume", "--as", "u20"), "in_progress", ["resumed"]),
    (("resolve", *PARTLY, "--as", "u20"), "resolved", ["resolved"]),
    (
        ("evaluate", "--score", "2", "--call-note", "电话回访", "--as", "bureau1"),
        "claimed",
        ["evaluated", "reopened"],
    ),
    (("plan", "--summary", "正式接入", "--as", "u20"), "in_progress", ["planned"]),
    (("resolve", *SOLVED, "--as", "u20"), "resolved", ["resolved"]),
    (("evaluate", "--score", "5", "--as", THEM), "closed", ["evaluated", "closed"]),
]
"""Each act with the status after it and the events that it brings."""

REFUSALS = {
    "claim {d} --leader x --as u21": "not_authorized",
    "reject {d} --reason x": "not_authorized",
    "claim {d} --leader x --as nobody": "unknown_account",
    f"claim {{d}} --leader {'长' * 201} --as u20": "invalid_input",
    f"evaluate {{d}} --score 9 --as {THEM}": "invalid_input",
    "withdraw {d} --reason x --as bureau1": "call_note_missing",
    "withdraw {d} --reason x --as enterprise:0": "unknown_enterprise",
    "reassign {d} --unit U99 --reason x --as bureau1": "unknown_unit",
    "reassign {d} --unit 某局 --reason x --as bureau1": "unknown_unit",
    "amend {d} --urgency 一般": "nothing_to_amend",
    "amend {d} --category 用点": "unknown_category",
    "assign X-9-001 --as bureau1": "unknown_demand",
    "claim X-9-001 --leader x --as u20": "unknown_demand",
    "demand show X-9-001": "unknown_demand",
    "assign --list X-9 --as bureau1": "unknown_list",
    "demand list --unit U99": "unknown_unit",
}
"""Command lines about a demand that unit U20 has, with the code that refuses each."""


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


async def test_a_demand_goes_from_listed_to_closed_by_commands(cli: Cli, list_id: str) -> None:
    new = ("demand", "new", "--enterprise", ENTERPRISE.name, "--category", "用电")
    text = ("--text", "二期厂房需要临时供电", "--list-id", list_id, "--as", "bureau1")
    demand = (await cli.done(*new, *text))["demand"]
    assert demand == f"{list_id}-001"

    for act, status, kinds in LIFE:
        name, *rest = act
        answer = await cli.done(name, demand.lower(), *rest)
        assert (answer["status"], answer["recorded"]) == (status, True), name
        assert [event["kind"] for event in answer["events"]] == kinds

    shown = await cli.done("demand", "show", demand)
    assert shown["turn"] is None
    assert shown["seq"] == shown["contiguous"] == len(shown["events"]) == 17
    assert shown["state"]["round"] == 2
    printed = await cli("demand", "show", demand)
    assert printed.code == 0
    for said in (
        "已销号（第 2 轮）",
        "正式接入",
        "临时供电",
        "代企业登记",
        "已经结束",
        shown["hash"][:8],
    ):
        assert said in printed.out


async def test_an_act_prints_what_happened_and_whose_turn_it_is(cli: Cli, home: House) -> None:
    demand = await home.demand()
    told = await cli("assign", demand, "--unit", "市供电局", "--as", "bureau1")
    assert told.code == 0
    assert "交办责任单位" in told.out
    assert "现在：已交办" in told.out
    assert "轮到：市供电局" in told.out
    assert "\x1b" not in told.out


async def test_a_refusal_says_why_and_changes_nothing(cli: Cli, home: House) -> None:
    demand = await home.claimed()
    before = await home.state(demand)
    told = await cli("progress", demand, "--text", "x", "--as", "s04")
    assert told.code == 1
    assert told.out == ""
    assert "需求目前是“已认领”，此操作只能在“办理中”时进行" in told.err
    assert "代码：wrong_status" in told.err
    assert f"请先制定方案：lianban plan {demand} " in told.err
    assert await home.state(demand) == before
    capital = await cli("progress", demand, "--text", "x", "--as", "S04")
    assert "是不是 s04？" in capital.err


async def test_the_next_step_names_the_account_that_takes_it(cli: Cli, home: House) -> None:
    demand = await home.claimed()
    plan = ("plan", demand, "--summary", "x", "--milestone", "送电", "--as", "u20")
    assert "--text 进展 --as u20" in (await cli(*plan)).out
    assert "--as s04m" in (await cli("hand", demand, "--to", "s04m", "--as", "s04")).out
    told = await cli("milestone", demand, "1", "--as", "s04m")
    assert "第 1 号节点：送电" in told.out
    assert f"lianban resolve {demand} --outcome 已解决 --text 结果 --as u20" in told.out


async def test_a_unit_that_no_demand_is_with_is_told_so(cli: Cli, home: House) -> None:
    demand = await home.demand()
    told = await cli("claim", demand, "--leader", "x", "--as", "u20")
    assert f"需求 {demand} 目前待交办" in told.err


async def test_refusals_have_codes(cli: Cli, home: House) -> None:
    demand = await home.demand()
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    before = await home.state(demand)
    found = {tokens: await cli.refused(*tokens.format(d=demand).split()) for tokens in REFUSALS}
    assert found == REFUSALS
    assert await home.state(demand) == before


async def test_without_as_the_operator_acts_or_the_account_of_the_settings(
    cli: Cli, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = await home.demand()
    amended = await cli.done("amend", demand, "--phone", "13800000000")
    assert amended["events"][0]["right"] == "operator"
    state = await home.state(demand)
    assert state.contact.phone == "13800000000"

    monkeypatch.setenv("LIANBAN_ACCOUNT", "bureau1")
    rejected = await cli.done("reject", demand, "--reason", "不属于园区职责")
    assert (rejected["status"], rejected["events"][0]["right"]) == ("rejected", "bureau")


async def test_amending_the_phone_leaves_the_contact_s_name(cli: Cli, home: House) -> None:
    demand = await home.demand()
    await cli.done("amend", demand, "--contact", "王经理", "--urgency", "重大")
    await cli.done("amend", demand, "--phone", "13800000001", "--raised-on", "2026年3月5日")
    state = await home.state(demand)
    assert (state.contact.name, state.contact.phone) == ("王经理", "13800000001")
    assert (state.urgency.value, str(state.raised_on)) == ("major", "2026-03-05")


async def test_a_repeated_command_id_takes_effect_once(cli: Cli, home: House) -> None:
    demand = await home.claimed()
    plan = ("plan", demand, "--summary", "x", "--as", "u20", "--command-id", f"{demand}-plan")
    first, second = await cli.done(*plan), await cli.done(*plan)
    assert first["events"] == second["events"]
    other = ("resume", demand, "--as", "u20", "--command-id", f"{demand}-plan")
    assert await cli.refused(*other) == "command_id_reused"


async def test_return_and_withdraw_and_hand_to_the_unit(cli: Cli, home: House) -> None:
    demand = await home.demand()
    await cli.done(
        "assign", demand, "--unit", "u20", "--squad", "要素保障党员突击队", "--as", "bureau1"
    )
    reason = ("--reason", "不属于本单位", "--legal-basis", "三定方案", "--as", "u20")
    assert (await cli.done("return", demand, *reason))["status"] == "listed"
    await cli.done("assign", demand, "--as", "u00")
    state = await home.state(demand)
    assert state.unit is not None
    assert state.squad is not None
    assert (state.unit.code, state.squad.code, state.returns) == ("U20", "S04", 1)
    moved = await cli.done(
        "reassign", demand, "--unit", "U08", "--reason", "供水", "--as", "bureau1"
    )
    assert moved["turn"] == {"role": "unit", "code": "U08"}
    shown = (await cli("demand", "show", demand)).out
    assert "由 市供电局 改派给 " in shown
    assert "，原因：供水" in shown
    gone = await cli.done("withdraw", demand, "--reason", "已自行解决", "--as", THEM)
    assert (gone["status"], gone["turn"]) == ("withdrawn", None)


async def test_not_now_needs_its_review_and_stays_open(cli: Cli, home: House) -> None:
    demand = await home.planned()
    word = ("resolve", demand, "--outcome", "暂不具备条件", "--text", "待规划", "--as", "u20")
    assert await cli.refused(*word) == "review_date_missing"
    assert (await cli.done(*word, "--review-on", IN_A_MONTH))["status"] == "resolved"


async def test_a_whole_list_is_assigned_by_the_routing(cli: Cli, home: House, list_id: str) -> None:
    for number, category in enumerate(("用电", "用工", "没有的类别")):
        await home.demand(
            f"需求之{number}：各不相同的内容{'甲乙丙'[number] * 9}", category=category
        )
    told = await cli("assign", "--list", list_id.lower(), "--as", "bureau1")
    assert told.code == 1
    assert "已交办 2 件，未办理 1 件" in told.out
    assert "人才用工党员突击队" in told.out
    assert "[no_route]" in told.err

    again = await cli("assign", "--list", list_id, "--as", "bureau1", "--json")
    assert again.code == 1
    assert [one["code"] for one in again.json()["refused"]] == ["no_route"]
    by_hand = ("assign", f"{list_id}-003", "--unit", "U22", "--as", "bureau1")
    assert (await cli.done(*by_hand))["status"] == "assigned"
    nothing = await cli("assign", "--list", list_id, "--as", "bureau1")
    assert (nothing.code, nothing.out) == (0, f"清单 {list_id} 上没有待交办的需求。\n")


async def test_demands_are_listed_by_what_is_asked(cli: Cli, home: House, list_id: str) -> None:
    claimed = await home.claimed()
    listed = await home.demand("厂区门口公交站太远，希望增设站点。", category="物流")
    paused = await home.claimed("希望协助招聘操作工一百名。")
    await home.act(paused, "u20", "pause", reason="等", until=f"{IN_A_MONTH}T00:00:00Z")

    async def found(*tokens: str) -> list[str]:
        page = await cli.done("demand", "list", "--list", list_id, *tokens)
        return [row["demand"] for row in page["demands"]]

    assert await found() == [claimed, listed, paused]
    assert await found("--state", "已认领") == [claimed, paused]
    assert await found("--state", "listed", "--state", "claimed") == [claimed, listed, paused]
    assert await found("--unit", "市供电局") == await found("--squad", "s04") == [claimed, paused]
    assert await found("--chain", "新能源电池材料产业链") == [claimed, listed, paused]
    assert await found("--chain", "MT") == await found("--overdue") == []
    assert await found("--limit", "1", "--after", claimed) == [listed]
    page = await cli.done("demand", "list", "--list", list_id, "--limit", "2")
    assert page["next"] == listed
    printed = await cli("demand", "list", "--list", list_id, "--limit", "2")
    assert f"本页 2 件。\n后面还有，接着看请加 --after {listed}" in printed.out
    assert "共 3 件。" in (await cli("demand", "list", "--list", list_id)).out
    assert await cli.refused("demand", "list", "--list", "NOPE") == "unknown_list"
    assert "厂区门口公交站太远" in printed.out


async def test_tasks_are_most_urgent_first_and_an_empty_list_is_kind(cli: Cli, home: House) -> None:
    general = await home.claimed()
    major = await home.demand("重大事项：供水管网爆裂，全园停水。", urgency="major")
    await home.act(major, "bureau1", "assign", unit="U20", squad="S04")
    waiting = await cli.done("tasks", "--as", "u20")
    assert [(t["demand"], t["kind"]) for t in waiting["tasks"]] == [
        (major, "claim"),
        (general, "plan"),
    ]
    printed = await cli("tasks", "--as", "u20")
    assert printed.out.index(major) < printed.out.index(general)
    assert "待认领：请认领或退回" in printed.out
    idle = await cli("tasks", "--as", "u18")
    assert (idle.code, idle.out) == (0, "市公安局联络员，您现在没有待办，辛苦了。\n")
    assert (await cli.done("tasks", "--as", THEM))["tasks"] == []


async def test_the_same_text_again_gives_the_number_it_has(
    cli: Cli, home: House, list_id: str
) -> None:
    new = ("demand", "new", "--enterprise", ENTERPRISE.uscc.lower(), "--category", "用电")
    here = ("--list-id", list_id)
    first = await cli.done(*new, "--text", "二期厂房需要临时供电", "--phone", "13800000000", *here)
    again = await cli.done(*new, "--text", " 二期厂房，需要临时供电。", *here)
    assert (again["demand"], again["started"]) == (first["demand"], False)
    assert (await home.state(first["demand"])).contact.phone == "13800000000"
    other = await cli.done(*new, "--text", "二期厂房需要临时供电两个月", *here)
    assert other["possible_duplicates"] == [first["demand"]]
    told = await cli(*new, "--text", "二期厂房需要临时供电", *here)
    assert f"已经登记过：{first['demand']}" in told.out
    assert await cli.refused(*new, "--text", "  ", *here) == "invalid_input"
    assert await cli.refused(*new, "--text", "长" * 5001, *here) == "invalid_input"
    assert await cli.refused(*new, "--text", "x", "--list-id", "坏 id") == "list_id_invalid"
    assert await cli.refused(*new, "--text", "x", "--as", "u20", *here) == "not_authorized"


async def test_demands_of_the_month_have_a_list_of_their_own(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, list_id: str
) -> None:
    monkeypatch.setenv("LIANBAN_PARK", list_id)
    new = ("demand", "new", "--enterprise", ENTERPRISE.name, "--category", "用电", "--text", "x1")
    demand = (await cli.done(*new))["demand"]
    assert demand.startswith(f"{list_id}-20")
    assert demand.endswith("-001")


async def test_what_is_accepted_and_not_yet_recorded_is_said(cli: Cli, home: House) -> None:
    demand = await home.demand()
    admin = await _as_superuser(cli)
    await admin.execute("REVOKE INSERT ON events FROM lianban_app")
    try:
        told = await cli("assign", demand, "--as", "bureau1")
    finally:
        await admin.execute("GRANT INSERT ON events TO lianban_app")
        await admin.close()
    assert (told.code, "已受理，台账稍后自动补记" in told.err) == (0, True)


async def _as_superuser(cli: Cli) -> Any:
    import asyncpg

    return await asyncpg.connect(cli.env["LIANBAN_DSN"])


async def test_a_damaged_event_is_shown_as_such(cli: Cli, home: House) -> None:
    demand = await home.demand()
    admin = await _as_superuser(cli)
    await admin.execute("SET session_replication_role = replica")
    await admin.execute("UPDATE events SET body = '{\"x\":1}' WHERE demand = $1", demand)
    await admin.close()
    told = await cli("demand", "show", demand)
    assert told.code == 0
    assert "内容已损坏" in told.out


async def test_status_tells_of_workers_alarms_and_numbers_without_a_demand(
    cli: Cli, home: House, list_id: str
) -> None:
    demand = await home.demand()
    well = await cli.done("status")
    assert well["well"]
    assert well["ledger"]["by_status"] == {"listed": 1}
    assert len(well["workers"]) == 1

    admin = await _as_superuser(cli)
    await admin.execute(
        "INSERT INTO reservations SELECT $1, list_id, 2, enterprise, 'other', 'c2', command,"
        " imported FROM reservations WHERE demand = $2",
        f"{list_id}-002",
        demand,
    )
    await admin.execute(
        "INSERT INTO alarms (demand, seq, kind, detail) VALUES ($1, 1, 'event_conflict', $2)",
        demand,
        json.dumps({"offered_hash": "x"}),
    )
    await admin.close()
    told = await cli("status")
    assert told.code == 1
    assert f"告警：{demand} 第 1 步" in told.err
    assert f"清单 {list_id} 有 1 件只留了编号" in told.err
    assert (await cli("demand", "show", f"{list_id}-002", "--json")).json()[
        "code"
    ] == "reserved_only"
    seen = (await cli("status", "--json")).json()
    assert seen["alarms"][0]["demand"] == demand
