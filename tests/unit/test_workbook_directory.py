"""Directory workbooks: read whole with every reference sound, or refused with every problem."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from domain.values import Role
from runtime.text import LANGUAGES, catalogue
from starter.workbook.directory_book import read_directory
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.models import NoteCode, PlacedProblem, RowCode, WarningCode
from tests.unit.workbook_making import POWER_USCC, SAMPLES, STEEL_USCC, save

Sheets = dict[str, list[list[Any]]]


@pytest.fixture
def sheets() -> Sheets:
    """A small sound directory, in words that differ from the sample's."""
    return {
        "产业链": [
            ["产业链名录"],
            ["编码", "产业链名称", "联合党委", "链主企业", "书记单位", "链长职务"],
            ["NE", "新能源电池材料产业链", "联合党委", "裕能", "市水务局", "链长"],
        ],
        "责任单位": [["代码", "单位"], ["U08", "市水务局"], ["U22", "服务中心"]],
        "3、党员突击队": [["代码", "突击队名称", "队长岗位"], ["S04", "要素保障突击队", "队长"]],
        "事项分工": [["需求类别", "责任单位", "突击队"], ["用水", "U08", "S04"], ["融资", "U22"]],
        "企业名录": [
            ["企业名称", "统一社会信用代码", "所属产业链", "是否链主"],
            ["裕能（安宁）公司", "91530181ma6k00001d", "新能源电池材料产业链", "是"],
            ["钢铁公司", STEEL_USCC, "NE"],
            ["备注：按名称排序"],
        ],
        "账号": [
            ["账号", "岗位", "角色", "所属"],
            ["bureau1", "专员", "bureau", "U22"],
            ["s04", "队长", "突击队", "S04"],
            ["leader", "链长", "领导", "NE"],
            ["boss", "书记", "leader", "U22"],
            ["auditor", "审计专员", "auditor", None],
        ],
        "说明": [["本表由服务中心维护"]],
    }


def problems(tmp_path: Path, sheets: Sheets) -> list[PlacedProblem]:
    path = save(tmp_path / "directory.xlsx", sheets)
    with pytest.raises(WorkbookError) as refused:
        read_directory(path)
    assert refused.value.code is WorkbookCode.DIRECTORY_INVALID
    found = list(refused.value.problems)
    assert str(len(found)) in refused.value.message
    assert found[0].message in refused.value.message
    return found


def test_sample_directory_is_read_completely() -> None:
    directory = read_directory(SAMPLES / "anning-directory.xlsx")
    assert len(directory.chains) == 4
    assert len(directory.units) == 23
    assert len(directory.squads) == 10
    assert len(directory.routes) == 15
    assert len(directory.enterprises) == 101
    assert len(directory.accounts) == 51
    assert Counter(account.role for account in directory.accounts)[Role.BUREAU] == 2
    power = directory.enterprises[0]
    assert (power.uscc, power.chain, power.lead) == (POWER_USCC, "NE", True)
    assert directory.routes[1].squad == "S04"
    assert directory.chains[0].secretary_unit == "U00"


def test_synonyms_and_references_by_name(tmp_path: Path, sheets: Sheets) -> None:
    directory = read_directory(save(tmp_path / "directory.xlsx", sheets))
    assert directory.chains[0].secretary_unit == "U08"
    assert directory.enterprises[0].chain == "NE"
    assert directory.enterprises[0].uscc == POWER_USCC
    assert [route.squad for route in directory.routes] == ["S04", None]
    assert directory.accounts[1].role is Role.SQUAD
    assert directory.accounts[4].belongs_to == ""


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "code"),
    [
        ("企业名录", 3, 2, "91530181MA6K00003L", RowCode.USCC_CHECKSUM),
        ("企业名录", 3, 2, "91530181MA6K", RowCode.USCC_LENGTH),
        ("企业名录", 3, 2, "91530181MA6KI0003K", RowCode.USCC_FORMAT),
        ("企业名录", 3, 2, POWER_USCC, RowCode.CODE_DUPLICATE),
        ("企业名录", 3, 2, None, RowCode.MISSING),
        ("企业名录", 3, 1, "裕能(安宁) 公司", RowCode.NAME_DUPLICATE),
        ("企业名录", 3, 1, "=A2", RowCode.FORMULA),
        ("企业名录", 3, 1, "钢" * 201, RowCode.TOO_LONG),
        ("企业名录", 3, 3, "石化", RowCode.REFERENCE_UNKNOWN),
        ("企业名录", 2, 4, "大概", RowCode.YES_NO_UNCLEAR),
        ("产业链", 3, 5, "U99", RowCode.REFERENCE_UNKNOWN),
        ("产业链", 3, 5, None, RowCode.MISSING),
        ("责任单位", 3, 1, "U08", RowCode.CODE_DUPLICATE),
        ("事项分工", 2, 2, "U99", RowCode.REFERENCE_UNKNOWN),
        ("事项分工", 2, 3, "S99", RowCode.REFERENCE_UNKNOWN),
        ("事项分工", 3, 1, " 用水", RowCode.CODE_DUPLICATE),
        ("账号", 2, 1, "bureau 1", RowCode.CODE_UNSAFE),
        ("账号", 2, 1, "../x", RowCode.CODE_UNSAFE),
        ("账号", 2, 1, "S04", RowCode.CODE_DUPLICATE),
        ("责任单位", 2, 2, "市\u202e水务局", RowCode.CONTROL_CHARACTER),
        ("责任单位", 2, 2, "市水务局\u200b", RowCode.CONTROL_CHARACTER),
        ("账号", 2, 3, "clock", RowCode.ROLE_UNKNOWN),
        ("账号", 2, 4, "S04", RowCode.REFERENCE_UNKNOWN),
        ("账号", 3, 4, "U22", RowCode.REFERENCE_UNKNOWN),
        ("账号", 3, 4, None, RowCode.MISSING),
    ],
)
def test_one_fault_is_named_with_its_place(
    tmp_path: Path, sheets: Sheets, sheet: str, row: int, column: int, value: Any, code: RowCode
) -> None:
    cells = sheets[sheet][row - 1]
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value
    found = [problem for problem in problems(tmp_path, sheets) if problem.code is code]
    assert found, "the fault was not named"
    assert all(problem.message and problem.mend for problem in found)
    assert sheet in {problem.sheet for problem in found}


def test_all_problems_are_told_together(tmp_path: Path, sheets: Sheets) -> None:
    sheets["企业名录"][2][1] = "91530181MA6K00003L"
    sheets["账号"][1][2] = "主任"
    sheets["事项分工"][1][1] = "U99"
    found = problems(tmp_path, sheets)
    assert {(problem.sheet, problem.row, problem.code.value) for problem in found} == {
        ("企业名录", 3, "uscc_checksum"),
        ("账号", 2, "role_unknown"),
        ("事项分工", 2, "reference_unknown"),
    }


def test_a_missing_sheet_is_one_problem_without_followers(tmp_path: Path, sheets: Sheets) -> None:
    del sheets["责任单位"]
    (found,) = problems(tmp_path, sheets)
    assert (found.sheet, found.row, found.code) == ("单位", 0, RowCode.SHEET_MISSING)


def test_a_missing_column_is_named(tmp_path: Path, sheets: Sheets) -> None:
    sheets["账号"][0][2] = "级别"
    (found,) = problems(tmp_path, sheets)
    assert (found.sheet, found.row, found.code) == ("账号", 1, RowCode.COLUMN_MISSING)
    assert found.column == "角色"


def test_two_sheets_of_one_kind_are_refused(tmp_path: Path, sheets: Sheets) -> None:
    sheets["企业"] = sheets["企业名录"]
    (found,) = problems(tmp_path, sheets)
    assert found.code is RowCode.SHEET_TWICE


def placeholders(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", template))


def wanted_keys() -> set[str]:
    mends = {f"row.{code.value}_mend" for code in RowCode}
    rows = {f"row.{code.value}" for codes in (RowCode, WarningCode, NoteCode) for code in codes}
    return mends | rows | {f"workbook.{code.value}" for code in WorkbookCode}


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_and_mends_are_single_clauses_to_be_joined(language: str) -> None:
    ends = r"[.?!。？！]( |$)|[.。]$|。" if language == "zh" else r"[;?!:]|\.( |$)"
    codes = {code.value for enum in (RowCode, WarningCode) for code in enum}
    for key in sorted({f"row.{code}" for code in codes} | {f"row.{c.value}_mend" for c in RowCode}):
        assert not re.search(ends, catalogue(language)[key]), key


def test_every_code_has_texts_in_both_languages_with_equal_placeholders() -> None:
    texts = {language: catalogue(language) for language in LANGUAGES}
    for language in LANGUAGES:
        assert wanted_keys() <= texts[language].keys()
    ours = [{key for key in texts[lang] if key.startswith(("row.", "workbook."))} for lang in texts]
    assert ours[0] == ours[1]
    for key in ours[0]:
        zh, en = (texts[language][key] for language in LANGUAGES)
        assert placeholders(zh) == placeholders(en), key
