"""Lists and directories from workbooks, checked and started by commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from tests.support.cli import Cli, lianban
from tests.support.engines import SAMPLES
from tests.support.house import House
from tests.support.processes import environment

SAMPLE = str(SAMPLES / "anning-2026q4-demand-list.xlsx")
DIRECTORY = SAMPLES / "anning-directory.xlsx"
HEADER = ["序号", "企业\n名称", "诉求内容", "是否紧急", "需求类别", "提出时间", "联系电话"]
STEEL = "昆明钢铁集团有限责任公司"
ROWS = [
    [
        1,
        "云南裕能 新能源电池有限公司",
        "增设公交站点。",
        "是",
        "物流",
        "2026年3月5日",
        13808710001.0,
    ],
    [2, STEEL, "希望协助解决融资贴息。", "否", "融资", "２０２６.３.５", ""],
    [3, STEEL, "希望协助解决融资贴息。", "否", "融资", "", ""],
    [4, "不存在的公司", "请协调用电。", "否", "用电", "", ""],
    [5, STEEL, "=cmd|' /C calc'!A0", "否", "融资", "", ""],
    [6, STEEL, "长" * 30_000, "否", "融资", "", ""],
]


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


def book(path: Path, rows: list[list[object]]) -> str:
    """A list as somebody makes it by hand."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "一季度"
    for row in [["企业诉求汇总表"], [], HEADER, *rows, ["合计", None, f"{len(rows)}条"]]:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    workbook.save(path)
    return str(path)


async def test_a_messy_list_is_checked_started_and_mended(
    cli: Cli, home: House, tmp_path: Path, list_id: str
) -> None:
    messy, rejects = book(tmp_path / "messy.xlsx", ROWS), str(tmp_path / "待改.xlsx")

    checked = await cli("list", "check", messy, "--json")
    assert checked.code == 1
    seen = checked.json()
    assert [(row["sheet"], row["row"]) for row in seen["good"]] == [("一季度", 4), ("一季度", 5)]
    assert [(row["row"], row["code"]) for row in seen["bad"]] == [
        (6, "duplicate_row"),
        (7, "enterprise_unknown"),
        (8, "formula"),
        (9, "too_long"),
    ]
    assert all(row["message"] for row in seen["bad"])
    assert await home.pool.fetchval("SELECT count(*) FROM reservations") == 0

    start = ("list", "start", messy, "--list-id", list_id.lower(), "--meeting", "一季度联席会议")
    started = await cli(*start, "--rejects", rejects)
    assert started.code == 1
    assert f"新立项 2 件：{list_id}-001、{list_id}-002" in started.out
    assert "企业名录里没有「不存在的公司」" in started.out
    assert f"有问题的行已写入 {rejects}" in started.out
    assert started.out.index("有问题的 4 行") < started.out.index("新立项 2 件")
    state = await home.state(f"{list_id}-001")
    assert (state.meeting, state.contact.phone) == ("一季度联席会议", "13808710001")

    mended = openpyxl.load_workbook(rejects)
    sheet = mended.active
    assert sheet is not None
    sheet.delete_rows(2)
    sheet.cell(2, 2).value = STEEL
    sheet.delete_rows(3, 2)
    mended.save(rejects)
    again = await cli("list", "start", rejects, "--list-id", list_id)
    assert again.code == 0, again
    assert f"新立项 1 件：{list_id}-003" in again.out


async def test_starting_again_starts_nothing_twice(cli: Cli, list_id: str, tmp_path: Path) -> None:
    start = ("list", "start", SAMPLE, "--list-id", list_id, "--as", "bureau1")
    first = await cli.done(*start)
    assert len(first["started"]) == len(first["numbers"]) == 40
    second = await cli.done(*start)
    assert (second["started"], len(second["unchanged"])) == ([], 40)
    told = await cli(*start)
    assert (told.code, "已有、没有变动 40 件" in told.out) == (0, True)

    workbook = openpyxl.load_workbook(SAMPLE)
    sheet = workbook.active
    assert sheet is not None
    sheet.cell(3, 8).value = "13900000000"
    sheet.cell(4, 6).value = "二期投产在即，需招聘操作工约300名，请协助组织专场招聘。"
    workbook.save(tmp_path / "mended.xlsx")
    told = await cli("list", "start", str(tmp_path / "mended.xlsx"), "--list-id", list_id)
    assert told.code == 0
    assert f"更正 1 件：{list_id}-001" in told.out
    assert f"新立项 1 件：{list_id}-041" in told.out
    assert f"{list_id}-041 与 {list_id}-002 相近" in told.out


async def test_files_that_cannot_be_used_are_refused(cli: Cli, tmp_path: Path) -> None:
    sample, text = str(DIRECTORY), tmp_path / "text.xlsx"
    text.write_text("not a workbook")
    assert await cli.refused("list", "check", str(tmp_path / "none.xlsx")) == "file_missing"
    assert await cli.refused("list", "check", str(text)) == "not_a_workbook"
    assert await cli.refused("list", "check", sample) == "header_unknown"
    assert await cli.refused("directory", "load", SAMPLE) == "directory_invalid"
    assert await cli.refused("list", "start", SAMPLE, "--list-id", "坏 id") == "list_id_invalid"
    by_unit = ("list", "start", SAMPLE, "--list-id", "X-1", "--as", "nobody")
    assert await cli.refused(*by_unit) == "unknown_account"
    long = ("list", "start", SAMPLE, "--list-id", "X-1", "--meeting", "长" * 3000)
    assert await cli.refused(*long) == "invalid_input"
    told = await cli("list", "check", SAMPLE, "--rejects", SAMPLE)
    assert (told.code, "不能与清单是同一个文件" in told.err) == (2, True)


async def test_a_list_needs_a_right_to_be_started(cli: Cli, list_id: str) -> None:
    start = ("list", "start", SAMPLE, "--list-id", list_id, "--as", "u20")
    assert await cli.refused(*start) == "not_authorized"


async def test_loading_a_directory_reports_what_changed(cli: Cli, tmp_path: Path) -> None:
    same = await cli("directory", "load", str(DIRECTORY))
    assert (same.code, same.out) == (0, "名录没有变动。\n")

    workbook = openpyxl.load_workbook(DIRECTORY)
    workbook["单位"].cell(3, 3).value = "牵头"
    workbook["突击队"].cell(2, 2).value = "招商突击队"
    workbook["人员"].delete_rows(workbook["人员"].max_row)
    workbook.save(tmp_path / "changed.xlsx")
    changed = await cli.done("directory", "load", str(tmp_path / "changed.xlsx"))
    assert changed["counts"] == {"added": 0, "changed": 2, "retired": 1, "restored": 0}
    unit = next(change for change in changed["changes"] if change["table"] == "units")
    assert unit["fields"] == {"remark": {"before": "", "after": "牵头"}}
    assert (await cli("tasks", "--as", "s10m", "--json")).json()["code"] == "retired_account"

    back = await cli("directory", "load", str(DIRECTORY))
    assert "人员：恢复 1" in back.out
    assert "名称 招商突击队 → 招商引资党员突击队" in back.out
    assert re.search(r"恢复 +\S+队员（s10m）", back.out), back.out


def test_checking_a_list_needs_postgresql_alone(settings: Settings) -> None:
    env = environment(settings, "127.0.0.1:1")
    checked = lianban("list", "check", SAMPLE, env=env)
    assert checked.code == 0, checked
    assert "可以立项 40 行，有问题 0 行" in checked.out
    english = lianban("list", "check", SAMPLE, env=env | {"LIANBAN_LANG": "en"})
    assert "good rows: 40, bad rows: 0" in english.out
