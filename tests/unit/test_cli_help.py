"""Every command has help with an example that can be typed, and its place in docs/cli.md."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cyclopts
import pytest

from ledger.directory import TABLES
from runtime.settings import Settings
from runtime.text import LANGUAGES, catalogue
from starter.cli.app import app
from starter.cli.run import run

ROOT = Path(__file__).parents[2]
DOCS, CLI = ROOT / "docs", ROOT / "starter" / "cli"

_ALL_HELP = """
import io, json, sys
from contextlib import redirect_stdout
from starter.cli.run import run
found = {}
for path in json.loads(sys.argv[1]):
    with redirect_stdout(io.StringIO()) as out:
        assert run([*path.split(), "--help"]) == 0
    found[path] = out.getvalue()
print(json.dumps(found))
"""


def commands(of: cyclopts.App = app, path: str = "") -> Iterator[tuple[str, cyclopts.App]]:
    """Every command that does something, by what is typed."""
    for name in of:
        if name.startswith("-"):
            continue
        found = of[name]
        if found.default_command is None:
            yield from commands(found, f"{path}{name} ")
        else:
            yield f"{path}{name}", found


PATHS = [path for path, _ in commands()]


def examples(lang: str, path: str) -> list[str]:
    """The example lines in the texts."""
    key = path.replace(" ", "_").replace("-", "_")
    area = "audit." if path.startswith("audit ") else "help."
    name = path.split()[-1] if path.startswith("audit ") else key
    return catalogue(lang)[f"{area}{name}_example"].splitlines()


@pytest.fixture(scope="module", params=LANGUAGES)
def helps(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    """The help of every command in one language."""
    ended = subprocess.run(
        [sys.executable, "-c", _ALL_HELP, json.dumps(PATHS)],
        env=os.environ | {"LIANBAN_LANG": request.param},
        capture_output=True,
        text=True,
        check=True,
    )
    return request.param, json.loads(ended.stdout)


def test_the_issue_s_commands_are_all_there() -> None:
    assert set(PATHS) >= {
        *("up", "status", "directory load", "list check", "list start"),
        *("demand new", "demand list", "demand show"),
        *("assign", "claim", "return", "plan", "hand", "progress", "milestone", "pause", "resume"),
        *("resolve", "evaluate", "withdraw", "reject", "amend", "reassign"),
        *("tasks", "audit replay", "audit verify"),
        *("contact", "extension ask", "extension grant", "extension refuse"),
        *("co-handling ask", "co-handling accept", "co-handling report", "co-handling finish"),
        *("instruct", "respond", "supervise", "adjudicate", "follow-up"),
        *("policy check", "policy explain", "calendar show", "calendar deadline"),
        *("calendar adopt", "policy try", "slip assignment", "slip supervision"),
    }


def test_every_command_s_help_shows_its_example(helps: tuple[str, dict[str, str]]) -> None:
    lang, shown = helps
    for path in PATHS:
        for example in examples(lang, path):
            assert example.startswith(f"lianban {path} ") or example == f"lianban {path}", path
            assert example in shown[path], path


@pytest.mark.parametrize("group", ["directory", "list", "demand", "link", "slip", "audit"])
def test_the_help_of_a_group_shows_an_example(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([group, "--help"]) == 0
    assert f"\n  lianban {group} " in capsys.readouterr().out
    assert run(["--help"]) == 0
    assert f"lianban {group} " not in capsys.readouterr().out


def test_no_help_shows_a_text_that_is_missing(helps: tuple[str, dict[str, str]]) -> None:
    for path, shown in helps[1].items():
        assert not {word for word in shown.split() if word.startswith(("help.", "cli."))}, path


def test_every_text_that_the_commands_name_is_there() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in CLI.glob("*.py"))
    wanted = set(re.findall(r'"((?:cli|help|audit)\.[a-z_]+)"', sources))
    wanted |= {f"help.opt_{key}" for key in re.findall(r'option\(\s*"(\w+)"', sources)}
    wanted |= {f"cli.col_{key}" for key in re.findall(r'Column\("(\w+)"', sources)}
    wanted |= {f"cli.said_{key}" for key in re.findall(r'_say\("(\w+)"', sources)}
    wanted |= {f"cli.{key}" for key in re.findall(r'(?:WrongUsage|_of_start)\("(\w+)"', sources)}
    wanted |= {f"cli.{key}" for key in re.findall(r'\("(f_\w+)"', sources)}
    wanted |= {f"cli.entry_{n}" for table in TABLES for n in table.columns if n != table.key}
    wanted |= {f"cli.step_{key}" for key in re.findall(r'begin\("(\w+)"', sources)}
    assert len(wanted) > 200
    assert sorted(wanted - set(catalogue("zh"))) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_example_is_right_usage(lang: str, path: str) -> None:
    for example in examples(lang, path):
        app.parse_args(shlex.split(example)[1:], exit_on_error=False, print_error=False)


@pytest.mark.parametrize("path", PATHS)
def test_every_command_is_in_the_reference_with_its_options(path: str) -> None:
    reference = (DOCS / "cli.md").read_text(encoding="utf-8")
    _, found, section = reference.partition(f"### `lianban {path}`\n")
    assert found, path
    section = section.partition("\n## ")[0].partition("\n### ")[0]
    assert f"lianban {path}" in section
    command = dict(commands())[path]
    for argument in command.assemble_argument_collection():
        for name in argument.names:
            if name.startswith("--"):
                assert f"`{name}" in section, f"{path} {name}"


def test_the_reference_names_no_command_that_does_not_exist() -> None:
    reference = (DOCS / "cli.md").read_text(encoding="utf-8")
    titles = [line for line in reference.splitlines() if line.startswith("### `lianban ")]
    assert sorted(title.split("`")[1].removeprefix("lianban ") for title in titles) == sorted(PATHS)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    reference = (DOCS / "settings.md").read_text(encoding="utf-8")
    (row,) = [r for r in reference.splitlines() if r.startswith(f"| `LIANBAN_{name.upper()}` |")]
    field = Settings.model_fields[name]
    default = "" if field.default is None else f"`{field.default}`"
    assert row.split("|")[2].strip() == default
    assert field.description
    assert field.description in row


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["nothing"], "没有“nothing”这个命令"),
        (["claim"], "缺少"),
        (["claim", "AN-1-001"], "缺少 --leader"),
        (["status", "--jsn"], "没有“--jsn”这个选项"),
        (["evaluate", "AN-1-001", "--score", "five"], "--score 不能是“five”"),
        (["assign"], "请写明要交办的需求编号"),
        (["assign", "A-1", "A-2", "--command-id", "c"], "--command-id 只能用于一件需求"),
        (["tasks"], "看谁的待办"),
        (["audit", "verify"], "请写明要核验的需求编号"),
        (["demand", "list", "--state", "忙"], "“忙”看不懂"),
        (["demand", "list", "--limit", "0"], "--limit"),
        (["pause", "A-1", "--reason", "x", "--until", "soon"], "看不出是什么时间"),
        (["tasks", "--as", "\udcff"], "无法识别的字符"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(
    tokens: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tokens) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err


def test_an_audit_of_nothing_is_wrong_usage_like_any_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["audit", "verify"]) == 2
    assert "代码：usage" in capsys.readouterr().err


def test_wrong_usage_is_json_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claim", "AN-1-001", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "usage"
