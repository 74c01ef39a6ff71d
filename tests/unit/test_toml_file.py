"""Mistakes in data files, named by line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.calendar import YearTable
from runtime.text import LANGUAGES, catalogue
from starter.calendars import CALENDARS, load_calendar, load_office, load_year
from starter.toml_file import FileInvalid, FileProblem, read_toml
from starter.toml_lines import TomlLines

GOOD = (CALENDARS / "2026.toml").read_text(encoding="utf-8")


def problems(tmp_path: Path, source: str | bytes) -> list[tuple[int, str, str]]:
    """Line, key and text key of every mistake in a year's file."""
    path = tmp_path / "2026.toml"
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    with pytest.raises(FileInvalid) as found:
        load_year(path)
    for lang in LANGUAGES:
        for problem in found.value.problems:
            assert "{" not in problem.message(lang)
    return [(p.line, p.key, p.text_key) for p in found.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "key", "text_key"),
    [
        ("year = 2026", "year = 'x'", "year", "int_parsing"),
        ("year = 2026", "yaer = 2026", "yaer", "unknown_key_meant"),
        ("first = 2026-10-01", "first = 2026-13-01", "", "syntax"),
        ("last = 2026-10-07", "last = true", "holidays[7].last", "date_type"),
        ("work = [2026-05-09]", "worked = []", "holidays[4].worked", "unknown_key_meant"),
        ("work = [2026-05-09]", "work = 7", "holidays[4].work", "tuple_type"),
        ("provisional = false", "provisional = 7", "provisional", "bool_parsing"),
        ("work = [2026-05-09]", "work = [2026-05-11]", "holidays[4].work", "make_up_on_weekday"),
        ('name = "国庆节"', "name = 7", "holidays[7].name", "string_type"),
    ],
)
def test_a_mistake_is_named_by_line_and_key(
    tmp_path: Path, old: str, new: str, key: str, text_key: str
) -> None:
    assert GOOD.count(old) == 1
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    area = "calendar" if text_key.startswith("make_up") else "file"
    assert (line, key, f"{area}.{text_key}") in problems(tmp_path, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "key", "text_key"),
    [
        ("last = 2026-10-07", "", "holidays[7].last", "file.missing"),
        ("last = 2026-10-07", "last = 2026-09-07", "holidays[7]", "calendar.holiday_backward"),
        ("last = 2026-10-07", "last = 2027-10-07", "holidays[7]", "calendar.day_outside_year"),
        ("first = 2026-10-01", "first = 2026-09-26", "holidays[7]", "calendar.day_twice"),
    ],
)
def test_what_is_wrong_with_a_whole_section_is_named_by_its_header(
    tmp_path: Path, old: str, new: str, key: str, text_key: str
) -> None:
    header = GOOD[: GOOD.rindex("[[holidays]]")].count("\n") + 1
    assert problems(tmp_path, GOOD.replace(old, new)) == [(header, key, text_key)]


def test_what_is_missing_from_the_whole_file_is_named_at_its_beginning(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD.replace("year = 2026\n", "")) == [(1, "year", "file.missing")]


def test_what_is_no_text_at_all_is_said_so(tmp_path: Path) -> None:
    assert problems(tmp_path, b"\xff\xfe") == [(1, "", "file.not_utf8")]
    with pytest.raises(FileInvalid) as found:
        load_year(tmp_path / "absent.toml")
    assert found.value.problems[0] == FileProblem(
        0, "", "file.absent", {"reason": "No such file or directory"}
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('a = "x\n', "引号没有在本行内结束"),
        ("a = “x”", "文字要加英文引号"),
        ('a = "x" y', "多余的内容"),
        ("键 = 1", "应写成“名称 = 值”"),
        ("a = 1\na = 2", "写了两次"),
        ("a = [1", "没有结束"),
        ("[a", "右方括号"),
        ("a = 2026-02-30", "日期不存在"),
        ('a = "\\q"', "反斜杠"),
    ],
)
def test_what_is_no_toml_is_explained_in_the_reader_s_language(
    tmp_path: Path, source: str, said: str
) -> None:
    path = tmp_path / "x.toml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(FileInvalid) as found:
        read_toml(path, YearTable)
    (problem,) = found.value.problems
    assert problem.text_key == "file.syntax"
    assert said in problem.message("zh")
    assert problem.facts["reason"] not in problem.message("zh")


def test_a_misspelt_key_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(GOOD.replace("provisional", "provisonal"), encoding="utf-8")
    with pytest.raises(FileInvalid) as found:
        read_toml(path, YearTable)
    assert (
        FileProblem(5, "provisonal", "file.unknown_key_meant", {"meant": "provisional"})
        in found.value.problems
    )
    path.write_text(GOOD + "\n[quite]\nsomething = 'else'\n", encoding="utf-8")
    with pytest.raises(FileInvalid) as found:
        read_toml(path, YearTable)
    assert [p.text_key for p in found.value.problems] == ["file.unknown_key"]


def test_a_file_is_named_after_its_year(tmp_path: Path) -> None:
    shutil.copy(CALENDARS / "2026.toml", tmp_path / "2025.toml")
    with pytest.raises(FileInvalid, match="file_invalid") as found:
        load_year(tmp_path / "2025.toml")
    assert found.value.problems[0].text_key == "calendar.other_year"


@pytest.mark.parametrize(
    ("hours", "key"),
    [
        ('["08:30-12:00", "11:00-17:30"]', "calendar.office_hours_overlap"),
        ("[]", "calendar.office_hours_missing"),
        ('["8:30-12:00"]', "calendar.office_hours_unreadable"),
    ],
)
def test_an_office_with_wrong_hours_is_refused(tmp_path: Path, hours: str, key: str) -> None:
    path = tmp_path / "office.toml"
    path.write_text(f'version = "1"\nsource = "x"\nhours = {hours}\n', encoding="utf-8")
    with pytest.raises(FileInvalid) as found:
        load_office(path)
    assert found.value.problems[0].text_key == key


def test_the_calendar_s_version_names_all_its_parts() -> None:
    assert load_calendar().version == "office-2026.1+2024.1+2025.1+2026.1+2027.0"


LINES = '''# [not.a.table]
title = "x [ y"
many = [
  "a",  # ]
  "b]",
]
text = """
[inside]
key = 1
"""
[plain]
key = 1
"quoted key".sub = 2
[[rows]]
name = 'one'
[rows.more]
deep = 1
[[rows]]
name = 'two'
inline = { a = 1, b = [1, 2] }
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("many", 1), 3),
        (("text",), 7),
        (("inside", "key"), 1),
        (("plain",), 11),
        (("plain", "key"), 12),
        (("plain", "absent"), 11),
        (("plain", "quoted key", "sub"), 13),
        (("rows", 0), 14),
        (("rows", 0, "name"), 15),
        (("rows", 0, "more", "deep"), 17),
        (("rows", 1, "name"), 19),
        (("rows", 1, "inline", "b", 0), 20),
        (("rows", 1, "absent"), 18),
        (("rows", 7), 1),
    ],
)
def test_where_a_value_stands(path: tuple[str | int, ...], line: int) -> None:
    assert TomlLines(LINES).line(path) == line


def test_every_sentence_about_calendars_and_files_exists_in_both_languages() -> None:
    for area in ("calendar.", "file.", "duration."):
        keys = [{k for k in catalogue(lang) if k.startswith(area)} for lang in LANGUAGES]
        assert keys[0] == keys[1] != set()
