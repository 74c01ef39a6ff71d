"""`lianban calendar show` and `deadline` with no engine: the shipped calendar, and it says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from starter.cli.run import run


@pytest.fixture(autouse=True)
def _no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack of this machine is asked."""
    monkeypatch.setenv("LIANBAN_DATA", str(tmp_path))


def said(capsys: pytest.CaptureFixture[str], *tokens: str) -> str:
    """What a command prints that succeeds."""
    assert run(["calendar", *tokens]) == 0
    return capsys.readouterr().out


def test_a_year_is_shown_as_its_notice_says(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "show", "2026").splitlines()
    assert lines[0] == "2026年日历"
    assert lines[1].split() == [
        "依据",
        "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025年11月4日）",
    ]
    assert lines[3].split() == ["工作日", "248"]
    assert lines[-1].split() == [
        *("国庆节", "2026-10-01", "周四", "2026-10-07", "周三", "7"),
        *("2026-09-20", "周日、2026-10-10", "周六"),
    ]


def test_a_year_that_is_not_published_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = said(capsys, "show", "2027")
    assert "暂定：国务院办公厅尚未公布" in shown.splitlines()[0]
    assert "调休上班" not in shown
    monkeypatch.setenv("LIANBAN_LANG", "en")
    assert "provisional" in said(capsys, "show", "2027").splitlines()[0]
    found = json.loads(said(capsys, "show", "2027", "--json"))
    assert found["provisional"] is True
    assert found["office_hours"] == ["08:30-12:00", "13:30-17:30"]


@pytest.mark.parametrize("tokens", [["show", "2026"], ["deadline", "2026-10-09", "10wd"]])
def test_that_it_is_the_shipped_calendar_is_said(
    tokens: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calendar", *tokens]) == 0
    assert "按随软件提供的日历" in capsys.readouterr().err
    assert json.loads(said(capsys, *tokens, "--json"))["from"] == "shipped"


def test_a_year_without_a_calendar_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "show", "2031"]) == 1
    assert "没有 2031 年的日历；现有 2024、2025、2026、2027 年" in capsys.readouterr().err
    assert run(["calendar", "show", "2031", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "unknown_year"


def test_a_deadline_is_derived_as_a_clerk_would_check_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    due, derivation, version = said(
        capsys, "deadline", "2026-10-09 10:00", "10wd", "--began", "交办"
    ).splitlines()
    assert due == "到期：2026年10月22日 17:30"
    assert derivation == (
        "10 个工作日：10月9日 10:00交办；次日（10月10日）起算；"
        "计入10月10日（周六，国庆节调休上班），1天；跳过10月11日（周日）；"
        "计入10月12日至10月16日（工作日），5天；跳过10月17日至10月18日（周末）；"
        "计入10月19日至10月22日（工作日），4天；到期：10月22日 17:30。"
    )
    assert version == "日历：office-2026.1+2024.1+2025.1+2026.1+2027.0"


@pytest.mark.parametrize(
    ("start", "duration", "pauses", "due"),
    [
        ("2026-10-09", "1wd", (), "2026-10-10T09:30:00.000000Z"),
        ("2026-10-09", "１ＷＤ", (), "2026-10-10T09:30:00.000000Z"),
        ("2026年10月9日 17:00", "1wh", (), "2026-10-10T01:00:00.000000Z"),
        ("2026-10-09 10:00", "2wd", ("2026-10-12/2026-10-13",), "2026-10-14T09:30:00.000000Z"),
        (
            "2026-10-09 10:00",
            "2h",
            ("2026-10-09 11:00／2026-10-09 12:00",),
            "2026-10-09T05:00:00.0",
        ),
        ("2026-10-09 10:00", "2h", ("2026-10-09 11:00/2026-10-09 11:00",), "2026-10-09T04:00:00.0"),
        ("2026-10-09 10:00", "30s", (), "2026-10-09T02:00:30.000000Z"),
    ],
)
def test_start_duration_and_pauses_are_read_as_people_mean_them(
    start: str,
    duration: str,
    pauses: tuple[str, ...],
    due: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = [token for typed in pauses for token in ("--pause", typed)]
    found = json.loads(said(capsys, "deadline", start, duration, *options, "--json"))
    assert found["due"].startswith(due)
    assert found["derivation"].keys() == {"zh", "en"}


def test_several_pauses_each_count(capsys: pytest.CaptureFixture[str]) -> None:
    pauses = ("--pause", "2026-10-10/2026-10-10", "--pause", "2026-10-13/2026-10-13")
    found = json.loads(said(capsys, "deadline", "2026-10-09", "2wd", *pauses, "--json"))
    assert found["day"] == "2026-10-14"
    assert len(found["pauses"]) == 2


def test_a_pause_that_lasts_makes_the_clock_stand_still(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tokens = ("deadline", "2026-10-09 10:00", "20wh", "--pause", "2026-10-12 10:00/")
    assert said(capsys, *tokens).splitlines()[0] == "暂停计时，还剩5小时"
    found = json.loads(said(capsys, *tokens, "--json"))
    assert (found["due"], found["left"]) == (None, 5 * 3600)


@pytest.mark.parametrize("start", ["2027-04-01", "2031-04-01"])
def test_a_deadline_in_a_year_not_published_is_provisional(
    start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"{start[:4]}年放假安排尚未公布，为暂定时限" in said(capsys, "deadline", start, "3wd")
    found = json.loads(said(capsys, "deadline", start, "3wd", "--json"))
    assert found["provisional"] is True


@pytest.mark.parametrize(
    ("tokens", "problem"),
    [
        (["deadline", "soon", "10wd"], "看不出是什么时间"),
        (["deadline", "2026-10-09", "10"], "不是时限"),
        (["deadline", "2026-10-09", "5dd"], "单位无法识别"),
        (["deadline", "2026-10-09", "0d"], "不能以 0 开头"),
        (["deadline", "2026-10-09", "1d", "--pause", "2026-10-10"], "不是一段挂起"),
        (["deadline", "2026-10-09", "1d", "--pause", "2026-10-12/2026-10-10"], "结束早于开始"),
        (["deadline", "9999-12-30", "99wd"], "1900 至 9998 年"),
        (["deadline", "9999-12-31", "1wh"], "1900 至 9998 年"),
        (
            ["deadline", "2026-10-09", "1wd", "--pause", "2026-10-10/9999-12-31 23:00"],
            "1900 至 9998 年",
        ),
        (["deadline", "1899-12-31", "1h"], "1900 至 9998 年"),
        (["deadline", "0001-01-01", "1wd"], "1900 至 9998 年"),
        (["deadline", "2026-10-09"], "缺少"),
        (["show", "next"], "不能是“next”"),
    ],
)
def test_wrong_usage_exits_2(
    tokens: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calendar", *tokens]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert problem in printed.err
