"""Demand lists as people make them: what is read, what is refused, what is passed over."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from domain.values import Urgency
from starter.workbook.demand_list import read_list
from starter.workbook.directory_book import read_directory
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.models import ListReading, NoteCode, RowCode, WarningCode
from starter.workbook.rejects import write_rejects
from tests.unit.workbook_making import (
    DIRECTORY,
    HEADER,
    POWER,
    POWER_USCC,
    SAMPLES,
    STEEL,
    STEEL_USCC,
    TODAY,
    Rows,
    line,
    only_bad,
    only_good,
    read,
    save,
)


def codes(reading: ListReading) -> list[RowCode]:
    return [problem.code for problem in only_bad(reading).problems]


def notes(reading: ListReading) -> dict[int, NoteCode]:
    return {note.row: note.code for note in reading.notes}


def test_sample_list_is_read_completely() -> None:
    directory = read_directory(SAMPLES / "anning-directory.xlsx")
    reading = read_list(SAMPLES / "anning-2026q4-demand-list.xlsx", directory, TODAY)
    assert (len(reading.good), len(reading.bad)) == (40, 0)
    assert [row.row for row in reading.good] == list(range(3, 43))
    assert [row.row_hint for row in reading.good] == list(range(1, 41))
    first = reading.good[0]
    assert (first.enterprise.uscc, first.chain.code) == (POWER_USCC, "NE")
    assert (first.category, first.urgency) == ("采购对接", Urgency.URGENT)
    assert (first.raised_on, first.contact.phone) == (date(2026, 10, 9), "13808710001")
    assert not any(row.warnings for row in reading.good)
    assert notes(reading) == {1: NoteCode.ABOVE_HEADER}


def test_title_rows_and_blank_rows_keep_true_row_numbers(tmp_path: Path) -> None:
    rows: Rows = [
        [],
        [],
        ["  安宁园区需求清单"],
        ["填报单位：党群服务中心"],
        [],
        HEADER,
        [],
        line(),
    ]
    reading = read(tmp_path, rows)
    assert only_good(reading).row == 8
    assert notes(reading) == {3: NoteCode.ABOVE_HEADER, 4: NoteCode.ABOVE_HEADER}


@pytest.mark.parametrize(
    "labels",
    [
        "序号|单位名称|链条|类别|是否紧急|诉求内容|日期|电话",
        "序 号|企业\n名称|所属产业链|事项类别|缓急|问题描述|上报时间|手机",
        "编号|企业名称（全称）|产业链*|分类|紧急程度|具体诉求（必填）|登记日期|联系方式",
        "No.|企业|产业链|需求类型|紧急程度|需求（诉求）内容|提出时间|联系电话（手机）",
        "序号|申报企业名称|重点产业链|类别|缓急|需要协调解决的问题|日期|电 话",
        "序号|企业名称|产业链|类别|缓急|需求事项|日期|联系人及电话",
    ],
)
def test_header_synonyms(tmp_path: Path, labels: str) -> None:
    row = line(raised_on="2026.3.5", phone="0871-68681234", urgency="是", chain="冶金")
    good = only_good(read(tmp_path, [labels.split("|"), row]))
    assert good.text == "需招聘操作工约200名"
    assert (good.category, good.urgency, good.chain.code) == ("用工", Urgency.URGENT, "MT")
    assert (good.raised_on, good.contact.phone) == (date(2026, 3, 5), "0871-68681234")


def test_columns_about_handling_are_not_taken_for_the_enterprise_or_the_text(
    tmp_path: Path,
) -> None:
    header = ["责任单位名称", "问题类别", "企业名称", "需求内容", "办理情况", "需求内容办理时间"]
    good = only_good(
        read(tmp_path, [header, ["市水务局", "用地", POWER, "扩建需用地", "办理中", "5天"]])
    )
    assert (good.enterprise.name, good.text, good.category) == (POWER, "扩建需用地", "用地")


def test_unused_columns_are_noted_and_two_text_columns_are_both_kept(tmp_path: Path) -> None:
    header = ["企业名称", "需求名称", "需求内容", "类别", "责任单位"]
    reading = read(tmp_path, [header, [POWER, "招工", "需招聘操作工", "用工", "人社局"]])
    assert only_good(reading).text == "招工\n需招聘操作工"
    (note,) = reading.notes
    assert (note.code, note.seen) == (NoteCode.COLUMN_IGNORED, "责任单位")


def test_two_line_header(tmp_path: Path) -> None:
    rows: Rows = [
        ["企业名称", "类别", "需求内容", "联系方式", None],
        [None, None, None, "联系人", "电话"],
        [POWER, "用工", "需招聘操作工", "张工", 13808710001.0],
    ]
    merged = {"需求清单": ["A1:A2", "B1:B2", "C1:C2", "D1:E1"]}
    good = only_good(read(tmp_path, rows, merged=merged))
    assert (good.row, good.contact.name, good.contact.phone) == (3, "张工", "13808710001")


def test_merged_enterprise_and_chain_are_filled_down(tmp_path: Path) -> None:
    rows = [HEADER, line("甲事项", chain="新能源电池材料产业链")]
    rows += [line("乙事项", enterprise=None, order=2), line("丙事项", enterprise=None, order=3)]
    reading = read(tmp_path, rows, merged={"需求清单": ["B2:B4", "C2:C4"]})
    assert [row.row for row in reading.good] == [2, 3, 4]
    assert {row.enterprise.uscc for row in reading.good} == {POWER_USCC}


def test_several_sheets_hidden_sheets_and_sheets_without_header(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "一季度": [HEADER, line("甲事项")],
        "说明": [["填报说明：请如实填写"], ["每月底前上报"]],
        "空表": [],
        "二季度": [["二季度清单"], HEADER, line("乙事项", enterprise=STEEL)],
        "隐藏": [HEADER, line("丙事项")],
    }
    path = save(tmp_path / "list.xlsx", sheets, hidden=["隐藏"])
    reading = read_list(path, DIRECTORY, TODAY)
    assert [(row.sheet, row.row) for row in reading.good] == [
        ("一季度", 2),
        ("二季度", 3),
        ("隐藏", 2),
    ]
    found = {(note.sheet, note.code) for note in reading.notes}
    assert ("说明", NoteCode.SHEET_WITHOUT_HEADER) in found
    assert ("空表", NoteCode.SHEET_EMPTY) in found


def test_a_sheet_without_header_cannot_hide_demands(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "需求清单": [HEADER, line("甲事项")],
        "续表": [["续"], [2, POWER, "扩建项目需新增工业用地8亩"]],
        "企业字典": [[POWER, POWER_USCC, "新能源电池材料产业链"]],
    }
    path = save(tmp_path / "list.xlsx", sheets)
    reading = read_list(path, DIRECTORY, TODAY)
    (bad,) = reading.bad
    assert (bad.sheet, bad.row, bad.code) == ("续表", 2, RowCode.HEADER_MISSING)


def test_header_unknown_shows_what_was_seen_and_expected(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        read(tmp_path, [["季度清单"], ["厂家", "要什么"], ["某厂", "用电"]])
    assert refused.value.code is WorkbookCode.HEADER_UNKNOWN
    for part in ("需求清单", "第 2 行", "厂家 | 要什么", "企业名称", "需求内容"):
        assert part in refused.value.message


def test_repeated_header_with_other_columns_is_followed(tmp_path: Path) -> None:
    rows = [["企业名称", "需求内容", "类别"], [POWER, "甲事项", "用工"], ["第二部分"]]
    rows += [["需求内容", "企业名称", "类别"], ["乙事项", STEEL, "用地"]]
    reading = read(tmp_path, rows)
    assert [row.enterprise.name for row in reading.good] == [POWER, STEEL]
    assert notes(reading)[4] is NoteCode.HEADER_REPEATED


def test_totals_notes_headings_and_numbered_blanks_are_ignored_with_a_note(
    tmp_path: Path,
) -> None:
    rows = [
        HEADER,
        ["一、新能源电池材料产业链"],
        line("甲事项"),
        ["小 计", None, None, None, None, "1条"],
        line(None, enterprise=None, category=None, order=2),
        ["合计：", "=COUNTA(F3:F3)"],
        ["备注：以上需求均已核实"],
        ["填表人：张某", None, None, "审核人：李某"],
    ]
    reading = read(tmp_path, rows, merged={"需求清单": ["A2:H2", "A7:H7"]})
    assert only_good(reading).row == 3
    assert notes(reading) == {
        2: NoteCode.HEADING_ROW,
        4: NoteCode.TOTAL_ROW,
        5: NoteCode.NOTHING_FILLED,
        6: NoteCode.TOTAL_ROW,
        7: NoteCode.REMARK_ROW,
        8: NoteCode.REMARK_ROW,
    }


def test_a_row_with_enterprise_and_text_is_never_ignored(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEADER, line("甲事项", order="合计"), line("备注：乙事项", order=2)])
    assert len(reading.good) == 2


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (date(2026, 3, 5), date(2026, 3, 5)),
        (datetime.combine(date(2026, 3, 5), time(14, 30)), date(2026, 3, 5)),
        (46086, date(2026, 3, 5)),
        (46086.75, date(2026, 3, 5)),
        ("46086", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("2026 年 3 月 5 日", date(2026, 3, 5)),
        ("2026年3月5日（星期四）", date(2026, 3, 5)),
        ("2026.3.5", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("2026—03—05 09:30:00", date(2026, 3, 5)),
        ("２０２６．３．５", date(2026, 3, 5)),
        ("２０２６年３月５日", date(2026, 3, 5)),
        ("20260305", date(2026, 3, 5)),
        (20260305, date(2026, 3, 5)),
        (None, None),
        ("/", None),
    ],
)
def test_dates(tmp_path: Path, written: Any, day: date | None) -> None:
    assert only_good(read(tmp_path, [HEADER, line(raised_on=written)])).raised_on == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3月5日", RowCode.DATE_UNCLEAR),
        ("上周", RowCode.DATE_UNCLEAR),
        ("3/5/2026", RowCode.DATE_UNCLEAR),
        (2026, RowCode.DATE_UNCLEAR),
        (2026.3, RowCode.DATE_UNCLEAR),
        (True, RowCode.DATE_UNCLEAR),
        ("2026年2月30日", RowCode.DATE_IMPOSSIBLE),
        ("1999-12-31", RowCode.DATE_IMPOSSIBLE),
        ("2027年11月26日", RowCode.DATE_IMPOSSIBLE),
        (date(2062, 3, 5), RowCode.DATE_IMPOSSIBLE),
    ],
)
def test_dates_that_cannot_be_meant(tmp_path: Path, written: Any, code: RowCode) -> None:
    assert codes(read(tmp_path, [HEADER, line(raised_on=written)])) == [code]


def test_dates_of_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as workbook:
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, line("甲事项"))
        sheet.write_datetime(1, 6, date(2026, 3, 5), style)
        sheet.write_row(2, 0, line("乙事项"))
        sheet.write_number(2, 6, 46086 - 1462)
    reading = read_list(path, DIRECTORY, TODAY)
    assert [row.raised_on for row in reading.good] == [date(2026, 3, 5)] * 2


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        (13808710001.0, "13808710001"),
        (13808710001, "13808710001"),
        ("1.3808710001E+10", "13808710001"),
        ("13808710001.0", "13808710001"),
        ("１３８０８７１０００１", "13808710001"),
        ("138 0871 0001", "13808710001"),
        ("138-0871-0001", "13808710001"),
        ("0871-68681234", "0871-68681234"),
        ("（0871）68681234", "0871-68681234"),
        ("0871—68681234转801", "0871-68681234转801"),
        ("+86 13808710001", "13808710001"),
        ("+86-871-68681234", "+86-871-68681234"),
        ("电话：13808710001", "13808710001"),
        ("13808710001/13908710002", "13808710001、13908710002"),
        ("13808710001 13908710002", "13808710001、13908710002"),
        ("13808710001、0871-68681234", "13808710001、0871-68681234"),
        (68681234.0, "68681234"),
        (4008123456, "4008123456"),
        ("400-812-3456", "400-812-3456"),
        ("0871.68681234", "087168681234"),
        (1068681234, "1068681234"),  # Beijing, the 0 lost to the number format
        ("86-13808710001", "13808710001"),
        ("+1 808 710 001", "+1808710001"),
        ("86138087", "86138087"),
        (None, ""),
        ("无", ""),
    ],
)
def test_phones(tmp_path: Path, written: Any, phone: str) -> None:
    assert only_good(read(tmp_path, [HEADER, line(phone=written)])).contact.phone == phone


@pytest.mark.parametrize(
    "written",
    [
        *("12345", "待补充", 1.5, "1.38E+10", -13808710001, "1" * 21, "138****0001", True),
        *(138087100.5, 13808710001.5, "138087100.5", 68681234.25),
        *(
            138087100,
            138087100.0,
            1380871000,
            "138-087-100",
            "+86 138087100",
            "13808710001/138087100",
        ),
    ],
)
def test_phones_that_are_none(tmp_path: Path, written: Any) -> None:
    assert codes(read(tmp_path, [HEADER, line(phone=written)])) == [RowCode.PHONE_UNCLEAR]


def test_name_before_the_phone_becomes_the_contact(tmp_path: Path) -> None:
    contact = only_good(read(tmp_path, [HEADER, line(phone="张建国 13808710001")])).contact
    assert (contact.name, contact.phone) == ("张建国", "13808710001")


@pytest.mark.parametrize(
    ("written", "urgency"),
    [
        (None, Urgency.GENERAL),
        ("普通", Urgency.GENERAL),
        ("否", Urgency.GENERAL),
        (False, Urgency.GENERAL),
        ("是", Urgency.URGENT),
        ("急", Urgency.URGENT),
        ("特急", Urgency.URGENT),
        (True, Urgency.URGENT),
        ("重 大", Urgency.MAJOR),
    ],
)
def test_urgency(tmp_path: Path, written: Any, urgency: Urgency) -> None:
    good = only_good(read(tmp_path, [HEADER, line(urgency=written)]))
    assert good.urgency is urgency
    assert [warning.code for warning in good.warnings] == (
        [WarningCode.URGENCY_READ_AS] if written == "特急" else []
    )


@pytest.mark.parametrize(
    "written",
    [
        "云南裕能 新能源电池　有限公司",
        "云南裕能新能源电池\n有限公司",
        " " + POWER,
        POWER + "\u200b",
    ],
)
def test_enterprise_names_with_spaces(tmp_path: Path, written: str) -> None:
    assert only_good(read(tmp_path, [HEADER, line(enterprise=written)])).enterprise.name == POWER


def test_enterprise_brackets_and_codes(tmp_path: Path) -> None:
    bracketed = "昆明钢铁集团(安宁)有限责任公司"
    reading = read(tmp_path, [HEADER, line(enterprise=bracketed)])
    assert only_good(reading).enterprise.uscc == STEEL_USCC
    header = ["统一社会信用代码", "企业名称", "类别", "需求内容"]
    good = only_good(read(tmp_path, [header, ["91530181ma6k00001d ", "裕能", "用工", "招工"]]))
    assert good.enterprise.name == POWER
    assert [warning.code for warning in good.warnings] == [WarningCode.NAME_DIFFERS]
    differs = read(tmp_path, [header, [POWER_USCC, STEEL, "用工", "招工"]])
    assert codes(differs) == [RowCode.ENTERPRISE_DIFFERS]


def test_unknown_enterprise_suggests_near_names(tmp_path: Path) -> None:
    bad = only_bad(read(tmp_path, [HEADER, line(enterprise="云南裕能新能源有限公司")]))
    assert bad.code is RowCode.ENTERPRISE_UNKNOWN
    assert f"「{POWER}」" in bad.problems[0].mend
    short = only_bad(read(tmp_path, [HEADER, line(enterprise="裕能")]))
    assert f"「{POWER}」" in short.problems[0].mend


CODED = ["统一社会信用代码", "企业名称", "类别", "需求内容"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (None, STEEL_USCC),
        (None, "91530181ma6k00003k "),
        (STEEL, None),
        (STEEL, STEEL_USCC),
        (STEEL_USCC, STEEL_USCC),
        ("昆明钢铁集团(安宁)有限责任公司", STEEL),
    ],
)
def test_code_and_name_may_stand_in_either_column(
    tmp_path: Path, code: str | None, name: str | None
) -> None:
    good = only_good(read(tmp_path, [CODED, [code, name, "用工", "招工"]]))
    assert (good.enterprise.uscc, good.warnings) == (STEEL_USCC, ())


def test_a_code_in_the_only_name_column(tmp_path: Path) -> None:
    header = ["企业", "类别", "需求内容"]
    good = only_good(read(tmp_path, [header, [POWER_USCC, "用工", "招工"]]))
    assert good.enterprise.name == POWER


def test_name_and_code_of_different_enterprises_in_either_column(tmp_path: Path) -> None:
    assert codes(read(tmp_path, [CODED, [STEEL, POWER_USCC, "用工", "招工"]])) == [
        RowCode.ENTERPRISE_DIFFERS
    ]


def test_an_unknown_name_under_the_code_header_gets_near_names(tmp_path: Path) -> None:
    header = ["统一社会信用代码", "类别", "需求内容"]
    bad = only_bad(read(tmp_path, [header, ["云南裕能新能源有限公司", "用工", "招工"]]))
    assert bad.code is RowCode.ENTERPRISE_UNKNOWN
    assert f"「{POWER}」" in bad.problems[0].mend


@pytest.mark.parametrize(("lang", "clause"), [("zh", "相近"), ("en", "similar")])
def test_without_near_names_nothing_is_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, clause: str
) -> None:
    monkeypatch.setenv("LIANBAN_LANG", lang)
    far = only_bad(read(tmp_path, [HEADER, line(enterprise="xyz")])).problems[0].mend
    near = only_bad(read(tmp_path, [HEADER, line(enterprise="裕能")])).problems[0].mend
    assert clause not in far
    assert "—" not in far
    assert "{" not in far
    assert clause in near


def test_chain_of_the_list_and_of_the_directory(tmp_path: Path) -> None:
    assert only_good(read(tmp_path, [HEADER, line()])).chain.code == "NE"
    good = only_good(read(tmp_path, [HEADER, line(chain="冶金产业链")]))
    assert good.chain.code == "MT"
    assert [warning.code for warning in good.warnings] == [WarningCode.CHAIN_DIFFERS]
    assert codes(read(tmp_path, [HEADER, line(chain="石化")])) == [RowCode.CHAIN_UNKNOWN]


@pytest.mark.parametrize("written", [None, "唱歌", "用地、用工"])
def test_category_unknown_lists_the_known_ones(tmp_path: Path, written: str | None) -> None:
    bad = only_bad(read(tmp_path, [HEADER, line(category=written)]))
    assert bad.code is RowCode.CATEGORY_UNKNOWN
    assert "用工、用地、物流" in bad.problems[0].mend


@pytest.mark.parametrize("written", [" 用 工", "用工类", "用工需求"])
def test_category_endings(tmp_path: Path, written: str) -> None:
    assert only_good(read(tmp_path, [HEADER, line(category=written)])).category == "用工"


def test_all_problems_of_a_row_are_told(tmp_path: Path) -> None:
    row = [1, "某厂", "某链", "某类", "某急", None, "某日", "某号"]
    bad = only_bad(read(tmp_path, [HEADER, row]))
    assert [problem.code.value for problem in bad.problems] == [
        "enterprise_unknown",
        "missing",
        "chain_unknown",
        "category_unknown",
        "urgency_unknown",
        "date_unclear",
        "phone_unclear",
    ]
    assert (bad.sheet, bad.row) == ("需求清单", 2)
    assert bad.message == bad.problems[0].message
    assert all(problem.message and problem.mend and problem.column for problem in bad.problems)


@pytest.mark.parametrize("written", ["无", "暂无需求", "……", "/"])
def test_a_text_that_says_nothing(tmp_path: Path, written: str) -> None:
    assert codes(read(tmp_path, [HEADER, line(written)])) == [RowCode.TEXT_EMPTY]


def test_duplicates_name_the_row_they_repeat(tmp_path: Path) -> None:
    first = [HEADER, line("用地8亩，请协助。"), line("用地８亩,请协助", order=2)]
    second = [HEADER, line("用地 8亩 请协助"), line("用地8.5亩，请协助。")]
    second.append(line("用地8亩，请协助。", STEEL))
    sheets = {"甲": first, "乙": second}
    path = save(tmp_path / "list.xlsx", sheets)
    reading = read_list(path, DIRECTORY, TODAY)
    assert [(row.sheet, row.row) for row in reading.good] == [("甲", 2), ("乙", 3), ("乙", 4)]
    assert [(row.sheet, row.row) for row in reading.bad] == [("甲", 3), ("乙", 2)]
    assert {row.code for row in reading.bad} == {RowCode.DUPLICATE_ROW}
    assert all("「甲」第 2 行" in row.message for row in reading.bad)


def test_a_row_repeating_a_bad_row_is_no_duplicate(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEADER, line(phone="待补充"), line(order=2)])
    assert [row.row for row in reading.good] == [3]
    assert [row.code for row in reading.bad] == [RowCode.PHONE_UNCLEAR]


def test_readings_dump_to_json(tmp_path: Path) -> None:
    reading = read(tmp_path, [HEADER, line(raised_on="2026.3.5"), line("用地", "某厂")])
    dumped = json.loads(reading.model_dump_json())
    (good,), (bad,) = dumped["good"], dumped["bad"]
    assert (good["sheet"], good["row"], good["raised_on"]) == ("需求清单", 2, "2026-03-05")
    assert good["enterprise"] == {"uscc": POWER_USCC, "name": POWER}
    assert (bad["sheet"], bad["row"], bad["code"]) == ("需求清单", 3, "enterprise_unknown")
    assert bad["cells"]["企业名称"] == "某厂"
    assert "labels" not in bad


def test_rejects_can_be_mended_and_read_again(tmp_path: Path) -> None:
    rows = [["季度清单"], HEADER, line("用地8亩", "某厂", phone="+86-871-68681234")]
    rows += [line("甲" * 6000), line("=SUM(A1:A9)"), line("-50吨缺口", phone="待补充")]
    reading = read(tmp_path, rows)
    assert len(reading.bad) == 4
    rejects = tmp_path / "rejects.xlsx"
    write_rejects(rejects, reading)
    again = read_list(rejects, DIRECTORY, TODAY)
    assert [[p.code for p in row.problems] for row in again.bad] == [
        [p.code for p in row.problems] for row in reading.bad
    ]
    assert not again.notes
    book = openpyxl.load_workbook(rejects)
    sheet = book.worksheets[0]
    sheet["B2"], sheet["F3"], sheet["F4"], sheet["H5"] = POWER, "乙事项", "丙事项", "13808710001"
    book.save(rejects)
    mended = read_list(rejects, DIRECTORY, TODAY)
    assert mended.bad == ()
    assert [row.text for row in mended.good] == ["用地8亩", "乙事项", "丙事项", "-50吨缺口"]
    assert mended.good[0].contact.phone == "+86-871-68681234"


def test_rejects_tell_where_and_how_and_never_execute(tmp_path: Path) -> None:
    long = "长" * 40_000
    reading = read(tmp_path, [HEADER, line("=1+1", "@某厂"), line("+cmd|' /C calc'!A0")])
    bad = reading.bad[0]
    stretched = bad.model_copy(update={"contents": (long, *bad.contents[1:])})
    rejects = tmp_path / "rejects.xlsx"
    write_rejects(rejects, reading.model_copy(update={"bad": (stretched, reading.bad[1])}))
    sheet = openpyxl.load_workbook(rejects).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header == [*HEADER, "工作表", "原行号", "问题", "如何修改"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    assert [sheet["I2"].value, sheet["J2"].value] == ["需求清单", "2"]
    assert len(str(sheet["A2"].value)) == 32_767
    assert "40000" in str(sheet["A2"].value)


def test_rejects_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        write_rejects(tmp_path / "nowhere" / "rejects.xlsx", ListReading(file="list.xlsx"))
    assert refused.value.code is WorkbookCode.FILE_UNWRITABLE


def test_messages_follow_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_LANG", "en")
    bad = only_bad(read(tmp_path, [HEADER, line(enterprise="某厂")]))
    assert bad.message == "The directory has no enterprise '某厂'"
