"""Every failure is told as a sentence with a code and an exit code; never as a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest
from temporalio.service import RPCError, RPCStatusCode

from ledger.migrate import MigrationError
from ledger.pool import LedgerUnreachable
from runtime.embedded.errors import AlreadyRunning, ClusterUnusable, MissingBinary, StartFailed
from runtime.settings import Settings
from runtime.text import LANGUAGES, catalogue, text
from starter.cli.explain import explain
from starter.errors import CommandRefused, SystemUnreachable, Unconfirmed
from starter.workbook.errors import WorkbookCode, WorkbookError
from tests.unit.domain_world import placeholders

UNREACHABLE: list[Exception] = [
    SystemUnreachable("temporal", "no worker answered"),
    Unconfirmed("AN-1-001", "c1"),
    RPCError("denied", RPCStatusCode.PERMISSION_DENIED, b""),
    LedgerUnreachable("refused"),
    ConnectionRefusedError(111, "refused"),
    asyncpg.InvalidPasswordError("wrong password"),
    asyncpg.InvalidCatalogNameError("no such database"),
]
REFUSED: list[tuple[Exception, str]] = [
    (CommandRefused("paused", reason="x"), "paused"),
    (WorkbookError(WorkbookCode.DAMAGED, file="x.xlsx"), "damaged"),
    (AlreadyRunning(Path("/data"), 7), "already_running"),
    (StartFailed("postgres", "ended", Path("/log"), "tail"), "start_failed"),
    (MissingBinary("no temporal"), "missing_binary"),
    (ClusterUnusable("other release"), "cluster_unusable"),
    (MigrationError("newer"), "migration_failed"),
    (PermissionError(13, "denied", "/somewhere/x"), "file_unusable"),
    (OSError(28, "No space left on device"), "output_failed"),
    (ZeroDivisionError("x"), "unexpected"),
]


@pytest.mark.parametrize("error", UNREACHABLE, ids=lambda error: type(error).__name__)
def test_what_does_not_answer_exits_3(error: Exception) -> None:
    assert explain(error).exit_code == 3


@pytest.mark.parametrize(("error", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_what_is_refused_or_fails_exits_1_with_its_code(error: Exception, code: str) -> None:
    explained = explain(error)
    assert (explained.exit_code, explained.code) == (1, code)
    assert not explained.message.startswith(("refusal.", "cli.", "workbook."))


def test_codes_among_the_facts_are_told_in_words_and_stay_codes_in_json() -> None:
    error = CommandRefused("wrong_status", status="listed", allowed="claimed,in_progress")
    explained = explain(error)
    assert "“待交办”" in explained.message
    assert "“已认领”或“办理中”" in explained.message
    assert explained.as_json()["facts"] == {"status": "listed", "allowed": "claimed,in_progress"}


@pytest.mark.parametrize(
    ("status", "allowed", "hint"),
    [
        ("claimed", "in_progress", "请先制定方案：lianban plan AN-1-001"),
        ("listed", "claimed,in_progress", "请先交办：lianban assign AN-1-001"),
        ("in_progress", "assigned", "查看：lianban demand show AN-1-001"),
        ("closed", "in_progress", "查看：lianban demand show AN-1-001"),
    ],
)
def test_a_wrong_status_says_which_step_comes_first(status: str, allowed: str, hint: str) -> None:
    facts = {"status": status, "allowed": allowed, "demand": "AN-1-001"}
    assert explain(CommandRefused("wrong_status", **facts)).hint.startswith(hint)
    facts.pop("demand")
    assert explain(CommandRefused("wrong_status", **facts)).hint == ""


def test_a_unit_is_told_that_a_listed_demand_is_with_no_unit() -> None:
    facts = {"account": "u1", "role": "unit", "act": "claim", "demand": "AN-1-001"}
    told = explain(CommandRefused("not_authorized", status="listed", **facts))
    assert "需求 AN-1-001 目前待交办" in told.hint
    assert explain(CommandRefused("not_authorized", status="assigned", **facts)).hint == ""


def test_who_may_not_list_is_not_told_of_a_demand() -> None:
    error = CommandRefused("not_authorized", account="u1", role="unit", act="list")
    assert "u1（责任单位）无权列单" in explain(error).message
    assert "此需求" not in explain(error).message


def test_nothing_that_runs_here_is_one_message_with_the_way_to_start_it() -> None:
    told = explain(SystemUnreachable("stack", "/data"))
    assert (
        told.message
        == "本机没有正在运行的链办（数据目录 /data）。请先输入 make up（或 lianban up）启动。"
    )
    assert "LIANBAN_DATA" in told.as_json()["hint"]
    assert "没有响应" not in told.message + told.hint


def test_an_unknown_language_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_LANG", "fr")
    with pytest.raises(ValueError, match="lang") as wrong:
        Settings()
    assert explain(wrong.value).message == "设置 LIANBAN_LANG 有误：只能是 'zh' 或 'en'"


def test_a_refusal_for_want_of_a_right_names_the_act() -> None:
    error = CommandRefused("not_authorized", account="u1", role="unit", act="report_progress")
    assert "u1（责任单位）" in explain(error).message
    assert "填报进展" in explain(error).message


def test_english_is_spoken_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_LANG", "en")
    error = CommandRefused("wrong_status", status="listed", allowed="claimed")
    assert explain(error).message.startswith("The demand is listed now")


def test_an_unconfirmed_command_says_how_to_repeat_it_safely() -> None:
    assert "--command-id c1" in explain(Unconfirmed("AN-1-001", "c1")).hint


def test_a_wrong_setting_is_wrong_usage_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_PATIENCE", "-1")
    with pytest.raises(ValueError, match="patience") as wrong:
        Settings()
    explained = explain(wrong.value)
    assert (explained.code, explained.exit_code) == ("setting_invalid", 2)
    assert "LIANBAN_PATIENCE" in explained.message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_refusal_shows_the_key_of_a_word(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANBAN_LANG", lang)
    refusals = {key: said for key, said in catalogue(lang).items() if key.startswith("refusal.")}
    for key, template in refusals.items():
        facts = dict.fromkeys(placeholders(template), "待发")
        if key == "refusal.wrong_status":
            facts = {"status": "listed", "allowed": "claimed"}
        said = explain(CommandRefused(key.removeprefix("refusal."), **facts))
        assert not re.search(r"\b(word|cli|act)\.\S", said.message), key


@pytest.mark.parametrize("standing", ["message_queued", "message_sent", "by_hand_done"])
def test_how_a_message_stands_is_told_in_words(standing: str) -> None:
    told = explain(CommandRefused("message_settled", message="313", standing=standing))
    assert f"“{text(f'cli.{standing}', 'zh')}”" in told.message


def test_a_hint_names_what_can_be_done_now() -> None:
    def hint(**facts: str) -> str:
        given = {"status": "listed", "allowed": "resolved", "demand": "AN-1-001", **facts}
        return explain(CommandRefused("wrong_status", **given)).hint

    assert "lianban adjudicate AN-1-001" in hint(act="reassign", adjudicating="true")
    assert "lianban plan" in hint(act="follow_up", status="claimed")
    assert "lianban plan" not in hint(act="evaluate", status="claimed")
