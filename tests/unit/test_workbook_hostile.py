"""Files and cells that want to do harm, or are simply broken: refused in words, never a crash."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.identity import normalise, similarity, text_key
from domain.values import LongText, OptionalText, Plain, ShortText
from starter.workbook import archive
from starter.workbook.demand_list import read_list
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.models import ListReading, NoteCode, RowCode, WarningCode
from starter.workbook.reading import read_workbook
from starter.workbook.rejects import write_rejects
from tests.unit.workbook_making import (
    DIRECTORY,
    HEADER,
    POWER,
    SAMPLES,
    STEEL,
    TODAY,
    line,
    only_bad,
    only_good,
    read,
    rewritten,
)

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
LIST = SAMPLES / "anning-2026q4-demand-list.xlsx"


def refusal(path: Path) -> WorkbookCode:
    with pytest.raises(WorkbookError) as refused:
        read_list(path, DIRECTORY, TODAY)
    assert refused.value.message
    assert "{" not in refused.value.message
    return WorkbookCode(refused.value.code)


def read_or_refuse(path: Path) -> ListReading | WorkbookError:
    try:
        return read_list(path, DIRECTORY, TODAY)
    except WorkbookError as refused:
        return refused


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def with_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    return rewritten(LIST, path, lambda name, part: change(part) if name == SHEET else part)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", WorkbookCode.NOT_A_WORKBOOK),
        (b"\x00\xff garbage " * 50, WorkbookCode.NOT_A_WORKBOOK),
        ("企业名称,需求内容\n甲,乙".encode("gbk"), WorkbookCode.NOT_A_WORKBOOK),
        (COMPOUND + b"\0" * 600, WorkbookCode.OLD_FORMAT),
        (COMPOUND + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), WorkbookCode.ENCRYPTED),
        (zipped(readme=b"hello"), WorkbookCode.NOT_A_WORKBOOK),
        (zipped(**{"content.xml": b"<x/>", "mimetype": b"ods"}), WorkbookCode.OLD_FORMAT),
        (zipped(**{"xl/workbook.bin": b"\0"}), WorkbookCode.OLD_FORMAT),
        (zipped(**{"xl/workbook.xml": b"<workbook/>"}), WorkbookCode.DAMAGED),
    ],
)
def test_files_that_are_no_workbooks(tmp_path: Path, content: bytes, code: WorkbookCode) -> None:
    assert refusal(file(tmp_path / "x.xlsx", content)) is code


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") is WorkbookCode.FILE_MISSING
    assert refusal(tmp_path / "nul\0.xlsx") in (
        WorkbookCode.FILE_MISSING,
        WorkbookCode.FILE_UNREADABLE,
    )
    assert refusal(tmp_path) is WorkbookCode.FILE_UNREADABLE


@pytest.mark.parametrize("kept", range(5, 100, 5))
def test_truncated_workbooks(tmp_path: Path, kept: int) -> None:
    whole = LIST.read_bytes()
    assert refusal(file(tmp_path / "x.xlsx", whole[: len(whole) * kept // 100]))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 8506), put=st.binary(min_size=1, max_size=8))  # fmt: skip
def test_any_damage_is_read_or_refused(tmp_path: Path, at: int, put: bytes) -> None:
    whole = LIST.read_bytes()
    path = file(tmp_path / "x.xlsx", whole[:at] + put + whole[at + len(put) :])
    outcome = read_or_refuse(path)
    assert outcome.message if isinstance(outcome, WorkbookError) else outcome.file == "x.xlsx"


def test_files_that_are_too_large(tmp_path: Path) -> None:
    assert refusal(file(tmp_path / "x.xlsx", b"PK\x03\x04" + bytes(archive.FILE_LIMIT))) is (
        WorkbookCode.FILE_TOO_LARGE
    )


def test_zip_bombs(tmp_path: Path) -> None:
    bomb = bytes(archive.CONTENT_LIMIT + 1)
    content = zipped(**{"xl/workbook.xml": b"<workbook/>", SHEET: bomb})
    assert len(content) < 1_000_000
    assert refusal(file(tmp_path / "x.xlsx", content)) is WorkbookCode.CONTENT_TOO_LARGE


def test_zip_bombs_that_lie_about_their_size(tmp_path: Path) -> None:
    """The reader gets no more than what the directory declares, and a wrong checksum is damage."""
    real, told = 8_000_000, 1_000
    content = zipped(**{"xl/workbook.xml": b"<workbook/>", SHEET: b" " * real})
    lying = content.replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))
    assert lying != content
    assert refusal(file(tmp_path / "x.xlsx", lying)) is WorkbookCode.DAMAGED


def test_entity_expansion_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet'
    path = with_sheet(tmp_path / "x.xlsx", lambda part: part.replace(b"<worksheet", bomb, 1))
    assert refusal(path) is WorkbookCode.DAMAGED


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("A1048576", WorkbookCode.TOO_MANY_ROWS),
        ("A20001", WorkbookCode.TOO_MANY_ROWS),
        ("XFD3", WorkbookCode.TOO_MANY_COLUMNS),
        ("A0", WorkbookCode.DAMAGED),
        ("Ä7", WorkbookCode.DAMAGED),
        ("A99999999999", WorkbookCode.DAMAGED),
    ],
)
def test_cells_that_are_far_away(tmp_path: Path, reference: str, code: WorkbookCode) -> None:
    far = f'<row><c r="{reference}"><v>1</v></c></row></sheetData>'.encode()
    path = with_sheet(tmp_path / "x.xlsx", lambda part: part.replace(b"</sheetData>", far))
    assert refusal(path) is code


def test_styled_blank_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    wide = b'<dimension ref="A1:XFD1048576"/>'

    def change(part: bytes) -> bytes:
        return re.sub(rb"<dimension[^>]*>", wide, part).replace(b"</sheetData>", far)

    workbook = read_workbook(with_sheet(tmp_path / "x.xlsx", change))
    assert workbook.sheets[0].rows[-1].number == 42


def test_shared_strings_repeated_until_memory_is_gone(tmp_path: Path) -> None:
    source = made(tmp_path / "small.xlsx", [HEADER, *[line("甲事项")] * 20])
    huge = ("长" * 3_000_000).encode()
    path = rewritten(
        source, tmp_path / "x.xlsx", lambda _, part: part.replace("甲事项".encode(), huge)
    )
    assert refusal(path) is WorkbookCode.TOO_MUCH_TEXT


def test_shared_strings_that_do_not_exist(tmp_path: Path) -> None:
    source = made(tmp_path / "small.xlsx", [HEADER, line("甲事项")])
    path = rewritten(
        source, tmp_path / "x.xlsx", lambda _, part: part.replace(b"<v>5</v>", b"<v>99</v>")
    )
    assert refusal(path) is WorkbookCode.DAMAGED


def test_merged_ranges_that_overlap_without_end(tmp_path: Path) -> None:
    far = b'<row><c r="A20000"><v>1</v></c></row></sheetData>'
    merges = b'<mergeCell ref="A1:B20000"/>' * 300

    def change(part: bytes) -> bytes:
        filled = part.replace(b"</sheetData>", far)
        return filled.replace(b'<mergeCell ref="A1:I1" />', merges)

    assert refusal(with_sheet(tmp_path / "x.xlsx", change)) is WorkbookCode.DAMAGED


def test_merged_ranges_beyond_the_content_do_no_harm(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "x.xlsx", lambda part: part.replace(b'ref="A1:I1"', b'ref="I2:XFD1048576"')
    )
    rows = read_workbook(path).sheets[0].rows
    assert [row.number for row in rows] == list(range(1, 43))
    assert rows[-1].value(8) == "备注"


def test_twenty_thousand_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in range(1, 20_000):
            sheet.write_row(
                number, 0, line(f"第{number}件事", f"不存在的企业{number}", order=number)
            )
    reading = read_list(path, DIRECTORY, TODAY)
    assert len(reading.bad) == 19_999


def test_formula_cells_are_refused_with_their_formula(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("需求清单")
        sheet.write_row(0, 0, HEADER)
        for number, field in enumerate((1, 3, 4, 5, 6, 7), start=1):
            sheet.write_row(number, 0, line(f"第{number}件事", order=number))
            sheet.write_formula(number, field, '=HYPERLINK("http://x","点")', None, POWER)
        sheet.write_row(7, 0, line("第七件事"))
        sheet.write_formula(7, 0, "=ROW()-1", None, 7)
        sheet.write_row(8, 0, line("第八件事"))
        sheet.write_formula(8, 5, "=1/0", None, "")
    reading = read_list(path, DIRECTORY, TODAY)
    assert [row.row for row in reading.bad] == [2, 3, 4, 5, 6, 7, 9]
    assert all([p.code for p in row.problems] == [RowCode.FORMULA] for row in reading.bad)
    assert "HYPERLINK" in reading.bad[0].message
    assert reading.bad[3].cells["需求内容"].startswith("=HYPERLINK")
    (good,) = reading.good
    assert (good.row, good.row_hint) == (8, 7)


def test_error_values_are_not_taken_for_empty_cells(tmp_path: Path) -> None:
    error = b'<c r="H3" t="e"><v>#N/A</v></c>'
    path = with_sheet(
        tmp_path / "x.xlsx", lambda part: re.sub(rb'<c r="H3".*?</c>', error, part, count=1)
    )
    bad = next(row for row in read_list(path, DIRECTORY, TODAY).bad if row.row == 3)
    assert RowCode.ERROR_VALUE in {problem.code for problem in bad.problems}


@pytest.mark.parametrize(
    "written",
    ["=1+1", "  =1+1", "@SUM(A1)", "＝1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2"],
)
def test_texts_that_would_be_formulas_are_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "texts.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, line(written))
    bad = only_bad(read_list(path, DIRECTORY, TODAY))
    assert [problem.code for problem in bad.problems] == [RowCode.FORMULA]


@pytest.mark.parametrize("written", ["-50吨缺口", "+50吨", "a=b", "电话|传真", "- 用地8亩"])
def test_texts_that_are_only_texts_are_kept(tmp_path: Path, written: str) -> None:
    assert only_good(read(tmp_path, [HEADER, line(written)])).text == written


@pytest.mark.parametrize(
    ("character", "shown"), [("\x07", "U+0007"), ("\x00", "U+0000"), ("\x1b", "U+001B")]
)
def test_control_characters(tmp_path: Path, character: str, shown: str) -> None:
    escaped = f"_x{ord(character):04X}_".encode()
    text = "双氧水需从省外购置".encode()
    path = rewritten(LIST, tmp_path / "x.xlsx", lambda _, part: part.replace(text, text + escaped))
    row = next(row for row in read_list(path, DIRECTORY, TODAY).bad if row.row == 3)
    found = [p for p in row.problems if p.code is RowCode.CONTROL_CHARACTER]
    assert shown in found[0].message
    assert character not in row.model_dump_json() + str(row.cells)


@pytest.mark.parametrize("character", ["\x1f", "\x0b", "\x07"])
@pytest.mark.parametrize("form", ["{}用地8亩", "用地8亩{}", " {}"])
def test_control_characters_at_the_edge_are_not_dropped(
    tmp_path: Path, character: str, form: str
) -> None:
    written = form.format(f"_x{ord(character):04X}_")
    source = made(tmp_path / "small.xlsx", [HEADER, line("甲事项")])
    path = rewritten(
        source, tmp_path / "x.xlsx", lambda _, p: p.replace("甲事项".encode(), written.encode())
    )
    bad = only_bad(read_list(path, DIRECTORY, TODAY))
    assert bad.code is RowCode.CONTROL_CHARACTER
    assert f"U+{ord(character):04X}" in bad.message


INVISIBLE = [*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))]
INVISIBLE += [*map(chr, (0x200E, 0x200F, 0x061C, 0x200B, 0x2060, 0xFEFF))]


@pytest.mark.parametrize("character", INVISIBLE)
def test_invisible_characters_are_removed_with_a_warning(tmp_path: Path, character: str) -> None:
    row = line(f"用地{character}8亩", enterprise=f"{POWER}{character}", phone=13808710001)
    good = only_good(read(tmp_path, [HEADER, row]))
    assert good.text == "用地8亩"
    assert [(warning.code, warning.column) for warning in good.warnings] == [
        (WarningCode.INVISIBLE_REMOVED, "企业名称"),
        (WarningCode.INVISIBLE_REMOVED, "需求内容"),
    ]
    assert f"U+{ord(character):04X}" in good.warnings[0].message
    assert character not in good.model_dump_json()


def test_invisible_characters_hide_no_formula_and_no_emptiness(tmp_path: Path) -> None:
    hidden = only_bad(read(tmp_path, [HEADER, line("\u202e\ufeff=1+1")]))
    assert hidden.code is RowCode.FORMULA
    assert "\u202e" not in hidden.model_dump_json()
    assert only_bad(read(tmp_path, [HEADER, line("\u202e")])).code is RowCode.MISSING


def test_labels_and_names_of_sheets_and_files_turn_nothing_around(tmp_path: Path) -> None:
    header = ["企业名称\u202e", "需求\u2066内容", "类别"]
    path = tmp_path / "a\u202eb.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("清\u202e单")
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["某\u202e厂", "招工", "用工"])
        sheet.write_row(2, 0, [POWER, "招工", "用工"])
    reading = read_list(path, DIRECTORY, TODAY)
    assert [len(reading.good), len(reading.bad)] == [1, 1]
    assert not {"\u202e", "\u2066"} & set(reading.model_dump_json())
    assert (reading.file, reading.good[0].sheet) == ("a[U+202E]b.xlsx", "清[U+202E]单")


@pytest.mark.parametrize("character", INVISIBLE[:9])
def test_no_text_of_a_command_turns_what_follows_around(character: str) -> None:
    for kind in (Plain, ShortText, LongText, OptionalText):
        with pytest.raises(ValidationError, match=f"U\\+{ord(character):04X}"):
            TypeAdapter(kind).validate_python(f"用地{character}8亩")


def test_line_breaks_are_no_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "breaks.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, line("一、用地\r\n二、用电\r三\t、用水"))
    assert only_good(read_list(path, DIRECTORY, TODAY)).text == "一、用地\n二、用电\n三\t、用水"


def test_a_text_of_forty_thousand_characters(tmp_path: Path) -> None:
    path = rewritten(
        LIST,
        tmp_path / "x.xlsx",
        lambda _, part: part.replace("双氧水需从省外购置".encode(), ("长" * 40_000).encode()),
    )
    row = next(row for row in read_list(path, DIRECTORY, TODAY).bad if row.row == 3)
    problem = next(p for p in row.problems if p.code is RowCode.TOO_LONG)
    assert "5000" in problem.message
    assert "400" in problem.message
    assert len(row.model_dump_json()) < 3_000


def test_texts_up_to_the_limit_are_good(tmp_path: Path) -> None:
    assert len(only_good(read(tmp_path, [HEADER, line("长" * 5000)])).text) == 5000
    bad = only_bad(read(tmp_path, [HEADER, line("长" * 5001)]))
    assert [problem.code for problem in bad.problems] == [RowCode.TOO_LONG]


def test_odd_producers_are_understood(tmp_path: Path) -> None:
    """No references on rows and cells, absolute targets, parts in other letter case."""

    def change(name: str, part: bytes) -> bytes:
        if name == SHEET:
            return re.sub(rb'(<row|<c)( r="[A-Z0-9]+")', rb"\1", part)
        return part.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')

    path = rewritten(LIST, tmp_path / "x.xlsx", change)
    plain, odd = read_workbook(LIST), read_workbook(path)
    assert [row.number for row in odd.sheets[0].rows] == [r.number for r in plain.sheets[0].rows]
    assert odd.sheets[0].rows[5].values[:6] == plain.sheets[0].rows[5].values[:6]


def test_formulas_of_data_validation_are_none_of_the_cells(tmp_path: Path) -> None:
    extension = b'<extLst><ext><x:f xmlns:x="u">Sheet2!A1</x:f></ext></extLst></worksheet>'
    path = with_sheet(tmp_path / "x.xlsx", lambda part: part.replace(b"</worksheet>", extension))
    assert not any(row.formulas for row in read_workbook(path).sheets[0].rows)


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=30)
cells = st.one_of(
    st.none(),
    texts,
    st.sampled_from([POWER, STEEL, "合计", "备注：无", "用工", "是", "=1+1", "企业名称"]),
    st.sampled_from(["2026年3月5日", "13808710001", "_x0007_", "冶金", "_xD800_", "'=1", "1E400"]),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 1, 1)),  # noqa: DTZ001 - cells have no zone
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=9999)),
)  # fmt: skip
random_rows = st.lists(st.lists(cells, max_size=9), max_size=12)


def made(path: Path, rows: list[list[Any]]) -> Path:
    options = {"strings_to_formulas": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet("清单")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date | time | timedelta):
                    sheet.write_datetime(number, column, value, style)
                elif value is not None:
                    sheet.write(number, column, value)
    return path


def accounted(reading: ListReading) -> list[int]:
    notes = [note.row for note in reading.notes if note.code is not NoteCode.COLUMN_IGNORED]
    return sorted([row.row for row in reading.good] + [row.row for row in reading.bad] + notes)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=random_rows)
def test_every_row_is_in_exactly_one_place(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = made(tmp_path / "x.xlsx", [HEADER, line("甲事项"), *rows])
    reading = read_list(path, DIRECTORY, TODAY)
    filled = [row.number for row in read_workbook(path).sheets[0].rows]
    assert accounted(reading) == filled[1:]
    assert reading.model_dump_json()
    rejects = tmp_path / "rejects.xlsx"
    write_rejects(rejects, reading)
    if reading.bad:
        again = read_list(rejects, DIRECTORY, TODAY)
        assert len(again.bad) + len(again.good) + len(again.notes) >= len(reading.bad)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=random_rows)
def test_any_workbook_is_read_or_refused(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = made(tmp_path / "x.xlsx", rows)
    outcome = read_or_refuse(path)
    assert isinstance(outcome, ListReading) or outcome.code is WorkbookCode.HEADER_UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("用地8亩，请协助。", "用地 ８亩 请协助", True),
        ("Q1 项目", "ｑ1项目", True),
        ("用地1.5亩", "用地15亩", False),
        ("招工3-5人", "招工35人", False),
        ("1,000吨", "1000 吨", True),
        ("用地", "用电", False),
    ],
)
def test_identity_of_texts(one: str, other: str, same: bool) -> None:
    assert (text_key(one) == text_key(other)) is same


@given(st.text(), st.text())
def test_similarity_is_bounded_and_normal_form_is_stable(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0
    assert similarity(one, one) == 1.0
    assert len(text_key(one)) == 64
    assert normalise(one) == normalise(f" {one}\n")


def test_similarity_of_a_changed_text() -> None:
    assert similarity("扩建项目需新增用地8亩", "扩建项目需新增用地9亩，请协助") > 0.7
    assert similarity("扩建项目需新增用地8亩", "引进人才子女入学") < 0.3
