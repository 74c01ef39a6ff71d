"""`lianban policy check` and `explain`, which need no engine."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from runtime.settings import Settings
from starter.cli.run import run
from starter.errors import CommandRefused
from starter.policies import POLICIES, load_policy, policy_in_force

SHIPPED = sorted(POLICIES.glob("*.toml"))
WRONG = """format = 2
name = "x"
title = "x"
version = "1"
source = "x"
[clocks]
claim = "1x"
resove = "7wd"
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG, encoding="utf-8")
    return path


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_the_shipped_files_have_no_mistakes(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", str(file)]) == 0
    assert "没有问题" in capsys.readouterr().out
    assert run(["policy", "check", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["problems"]) == (1 if file.stem == "park" else 2, [])


@pytest.mark.parametrize("action", ["check", "explain"])
def test_mistakes_are_told_by_line(
    wrong: Path, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", action, str(wrong)]) == 1
    _, titles, *rows = capsys.readouterr().out.splitlines()
    assert titles.split() == ["行", "项目", "问题"]
    assert [row.split()[:2] for row in rows] == [["7", "clocks.claim"], ["8", "clocks.resove"]]
    assert "是否应为“resolve”" in rows[1]
    assert run(["policy", action, str(wrong), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["line"], p["key"], p["code"]) for p in problems] == [
        (7, "clocks.claim", "duration.unknown_measure"),
        (8, "clocks.resove", "file.unknown_key_meant"),
    ]


def test_a_file_that_is_not_there_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", "check", str(tmp_path / "absent.toml")]) == 1
    assert "文件不存在" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "协办单位应在收到协办要求后 3 个工作日内办结。"),
        ("en", "A co-handling unit finishes its part within 3 working days of being asked."),
    ],
)
def test_a_file_is_explained_in_the_reader_s_language(
    lang: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LIANBAN_LANG", lang)
    file = str(POLICIES / "quanzhou-2022.toml")
    assert run(["policy", "explain", file]) == 0
    assert sentence in capsys.readouterr().out.splitlines()
    assert run(["policy", "explain", file, "--json"]) == 0
    sentences = json.loads(capsys.readouterr().out)["sentences"]
    assert sentence in sentences[lang]
    assert len(sentences["zh"]) == len(sentences["en"])


def test_rules_without_a_ladder_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = (POLICIES / "default.toml").read_text(encoding="utf-8")
    file = tmp_path / "own.toml"
    head, *sections = source.split("\n[")
    kept = [s for s in sections if not s.startswith("[ladder]]")]
    file.write_text("\n[".join([head, *kept]), encoding="utf-8")
    for action in ("check", "explain"):
        assert run(["policy", action, str(file)]) == 0
        assert "逾期后不催办、不上报" in capsys.readouterr().out


FORMAT_1 = Path(__file__).parent / "data" / "format-1.toml"


def test_the_older_format_is_explained_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", str(FORMAT_1)]) == 0
    source = tomllib.loads(FORMAT_1.read_text(encoding="utf-8"))["source"]
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"依据：{source}",
        "企业评价在 2 分及以下的，重新办理。",
        "本规则没有规定时限。",
    ]


def test_a_misspelt_entry_of_format_1_is_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = FORMAT_1.read_text(encoding="utf-8")
    file = tmp_path / "own.toml"
    file.write_text(source.replace("dissatisfied_at_most", "disatisfied_at_most"), encoding="utf-8")
    assert run(["policy", "check", str(file)]) == 1
    assert "是否应为“dissatisfied_at_most”" in capsys.readouterr().out


def test_no_demand_starts_under_rules_that_set_no_deadlines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody would notice that nothing is ever due."""
    monkeypatch.setenv("LIANBAN_POLICY", str(FORMAT_1))
    with pytest.raises(CommandRefused) as refused:
        policy_in_force(Settings())
    assert refused.value.code == "policy_not_in_use"


@pytest.mark.parametrize("file", sorted(POLICIES.glob("*.toml")), ids=lambda file: str(file.stem))
def test_every_shipped_rule_set_can_be_used(file: Path) -> None:
    assert load_policy(file).clocks.resolve is not None
