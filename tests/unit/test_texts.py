"""Texts for people: both languages complete, with the same placeholders, and no code without."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from domain.authority import ALL_KINDS
from domain.events import Event
from domain.refusal import RefusalCode
from domain.tasks import TaskKind
from domain.values import Outcome, Right, Role, Status, Urgency
from runtime.text import LANGUAGES, TRANSLATIONS, catalogue, text
from tests.unit.domain_world import placeholders

ROOT = TRANSLATIONS.parent.parent
EVENT_KINDS = [event.model_fields["kind"].default for event in get_args(get_args(Event)[0])]

GATEWAY_FACTS = {
    "unknown_demand": {"demand"},
    "unknown_account": {"account"},
    "retired_account": {"account"},
    "unknown_unit": {"unit"},
    "unknown_squad": {"squad"},
    "unknown_category": {"category"},
    "unknown_enterprise": {"enterprise"},
    "unknown_chain": {"chain"},
    "no_route": {"category"},
    "invalid_input": {"field", "problem"},
    "command_id_reused": {"command_id"},
}


def files(lang: str) -> dict[str, dict[str, str]]:
    return {
        path.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((TRANSLATIONS / lang).glob("*.toml"))
    }


def test_both_languages_have_the_same_files_keys_and_placeholders() -> None:
    zh, en = files("zh"), files("en")
    assert set(LANGUAGES) == {path.name for path in TRANSLATIONS.iterdir()} == {"zh", "en"}
    assert list(zh) == list(en)
    for name in zh:
        assert list(zh[name]) == list(en[name]), name
        for key in zh[name]:
            assert placeholders(zh[name][key]) == placeholders(en[name][key]), f"{name}: {key}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_and_every_text_can_be_filled(lang: str) -> None:
    for key, template in catalogue(lang).items():
        assert template.strip(), key
        filled = text(key, lang, **{name: f"<{name}>" for name in placeholders(template)})
        assert all(f"<{name}>" in filled for name in placeholders(template)), key
        assert "{" not in filled, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_people_meet_has_a_text(lang: str) -> None:
    wanted = {f"refusal.{code}" for code in RefusalCode}
    wanted |= {f"refusal.{code}" for code in GATEWAY_FACTS}
    wanted |= {f"event.{kind}" for kind in EVENT_KINDS}
    wanted |= {f"act.{kind}" for kind in ALL_KINDS}
    wanted |= {f"task.{kind}" for kind in TaskKind}
    wanted |= {f"right.{right}" for right in Right}
    for words in (Status, Role, Right, Urgency, Outcome):
        wanted |= {f"word.{word}" for word in words}
    assert sorted(wanted - set(catalogue(lang))) == []


@pytest.mark.parametrize("area", ["event", "act", "task", "right"])
def test_there_is_no_text_for_what_does_not_exist(area: str) -> None:
    known = {"event": EVENT_KINDS, "act": ALL_KINDS, "task": TaskKind, "right": Right}
    assert set(files("zh")[f"{area}.toml"]) == set(known[area])


@pytest.mark.parametrize("code", GATEWAY_FACTS)
def test_the_gateway_s_refusals_name_what_was_asked(code: str) -> None:
    assert placeholders(catalogue("zh")[f"refusal.{code}"]) == GATEWAY_FACTS[code]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_that_the_source_raises_has_a_text_with_its_facts(lang: str) -> None:
    raised = list(raised_in(ROOT / "starter"))
    assert raised
    for code, facts in raised:
        template = catalogue(lang).get(f"refusal.{code}")
        assert template is not None, f"refusal.{code} is missing in {lang}"
        assert facts is None or placeholders(template) <= facts, code


def raised_in(package: Path) -> Iterator[tuple[str, set[str] | None]]:
    """The code and the facts of each `CommandRefused("code", fact=...)` and of its siblings.

    The facts are None where the source does not show all of them.
    """
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in ("CommandRefused", "super().__init__")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                facts = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
                shown = len(facts) == len(node.keywords)
                yield str(node.args[0].value), facts if shown else None


def test_a_missing_text_shows_its_key_and_a_missing_fact_the_template() -> None:
    assert text("refusal.nothing_of_the_kind", "zh") == "refusal.nothing_of_the_kind"
    assert text("refusal.unknown_unit", "en") == catalogue("en")["refusal.unknown_unit"]


def test_facts_with_braces_stay_as_they_are() -> None:
    assert "{x}" in text("refusal.paused", "zh", reason="{x}")
