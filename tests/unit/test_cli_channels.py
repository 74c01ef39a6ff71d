"""`lianban channel check`, which needs no engine, sends nothing and shows no secret."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from runtime.channels import read_channels
from runtime.text import LANGUAGES, catalogue
from starter.channel_files import read_channel_file
from starter.cli.run import run
from tests.unit.test_channels import BOOK

SAMPLE = Path(__file__).parents[2] / "samples" / "channels.toml"
WRONG = """link = "lianban"

[[channel]]
name = "u20"
kind = "wecom"
url = "https://w.example/send?key=SECRET"
serve = ["unit:U20"]

[[channel]]
name = "mail"
kind = "email"
host = "smtp.example"

[[channel]]
name = "x"
kind = "sms"
secret = 12345678
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "channels.toml"
    path.write_text(BOOK, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_the_sample_has_no_mistakes_and_no_secret_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["channel", "check", str(SAMPLE)]) == 0
    shown = capsys.readouterr().out
    for name in ("供电局群", "联合党委群", "突击队群", "邮件", "短信网关"):
        assert name in shown
    assert "0000" not in shown
    assert read_channel_file(SAMPLE) == read_channels(SAMPLE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_shows_who_is_reached_how(
    file: Path, lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANBAN_LANG", lang)
    assert run(["channel", "check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert {"zh": "账号 u20", "en": "account u20"}[lang] in out
    assert "qyapi.weixin.qq.com" in out
    assert "SECRET" not in out + err
    assert err == ""


def test_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["channel", "check", str(file), "--json"]) == 0
    out = capsys.readouterr().out
    found = json.loads(out)
    assert "SECRET" not in out
    assert found["channels"][0] == {
        "name": "u20群",
        "kind": "wecom",
        "leads_to": "qyapi.weixin.qq.com",
        "per_minute": 20,
        "serves": ["unit:U20"],
    }
    assert (found["inbox_only"], found["open_to_others"]) == (["squad"], False)


def test_an_empty_file_and_one_that_anybody_may_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    path.chmod(0o644)
    assert run(["channel", "check", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "只在站内收到消息：责任单位、" in out
    assert "chmod 640" in err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mistakes_are_told_by_line_and_without_what_was_written(
    tmp_path: Path,
    lang: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LIANBAN_LANG", lang)
    path = tmp_path / "channels.toml"
    path.write_text(WRONG, encoding="utf-8")
    assert run(["channel", "check", str(path), "--json"]) == 1
    out = capsys.readouterr().out
    assert [(p["line"], p["key"], p["code"]) for p in json.loads(out)["problems"]] == [
        (7, "channel[1].serve", "file.unknown_key_meant"),
        (9, "channel[2].sender", "channel.no_sender"),
        (16, "channel[3].kind", "file.enum"),
        (17, "channel[3].secret", "file.string_type"),
    ]
    assert run(["channel", "check", str(path)]) == 1
    out += "".join(capsys.readouterr())
    assert "SECRET" not in out
    assert "12345678" not in out


@pytest.mark.parametrize(
    ("added", "line", "key", "code"),
    [
        ('[[preference]]\nwhom = "squad"\nchannels = []', 2, "[4].whom", "whom_twice"),
        ('[[preference]]\nwhom = "units"\nchannels = []', 2, "[4].whom", "whom_unknown"),
        ('[[preference]]\nwhom = "unit"\nchannels = ["fax"]', 3, "[4].channels", "channel_unknown"),
    ],
)
def test_what_the_whole_finds_wrong_is_told_at_its_part(
    file: Path, added: str, line: int, key: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(BOOK + added, encoding="utf-8")
    assert run(["channel", "check", str(file), "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    wanted = (BOOK.count("\n") + line, f"preference{key}", f"channel.{code}")
    assert (problem["line"], problem["key"], problem["code"]) == wanted
    assert "where" not in problem["facts"]


def test_every_mistake_has_a_sentence() -> None:
    source = (SAMPLE.parents[1] / "runtime" / "channels.py").read_text(encoding="utf-8")
    named = {key for key in catalogue("zh") if key.startswith("channel.")}
    used = {f"channel.{part.split(chr(34))[0]}" for part in source.split('"channel.')[1:]}
    used |= {f"channel.{part.split(chr(34))[0]}" for part in source.split('_fault("')[1:]}
    assert used - {"channel.{key}"} <= named


def test_the_page_about_channels_names_every_entry() -> None:
    page = (SAMPLE.parents[1] / "docs" / "channels.md").read_text(encoding="utf-8")
    written = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    names = {name for channel in written["channel"] for name in channel}
    assert {name for name in names | {"starttls", "port"} if f"`{name}`" not in page} == set()
