"""The glossary, the decision records and the runbooks against the code that they speak of."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from temporalio.envconfig import ClientConfigProfile

from domain.authority import GRANTS
from domain.commands import Command
from domain.events import Event
from domain.refusal import RefusalCode
from domain.values import Outcome, Right, Role, Status, Urgency
from runtime.settings import Settings
from runtime.text import catalogue

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
RECORDS = sorted((DOCS / "adr").glob("0*.md"))
RUNBOOKS = sorted((DOCS / "runbooks").glob("*.md"))
PAGES = [DOCS / "glossary.md", DOCS / "adr" / "README.md", *RECORDS, *RUNBOOKS]

LOGGED = {
    *("sweep.later", "sweep.unanswered", "sweep.failed", "ledger.later", "ledger.conflict"),
}
"""Log lines that the runbooks tell people to look for."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def _words(words: type[StrEnum], area: str = "word") -> list[str]:
    chinese = catalogue("zh")
    return [f"| `{word.value}` | {chinese[f'{area}.{word.value}']} |" for word in words]


def _kinds(union: Any) -> Mapping[str, type[BaseModel]]:
    models = get_args(get_args(union)[0])
    return {model.model_fields["kind"].default: model for model in models}


def _named(union: Any, area: str) -> list[str]:
    chinese = catalogue("zh")
    rows = []
    for kind, model in _kinds(union).items():
        grants = next((GRANTS[known] for known in GRANTS if area == "act" and known == kind), ())
        rights = ", ".join(f"`{right.value}`" for right in grants)
        begin = f"| `{kind}` | `{model.__name__}` | {chinese[f'{area}.{kind}']} |"
        rows.append(f"{begin} {rights} |" if rights else begin)
    return rows


TABLES: Mapping[str, list[str]] = {
    "Statuses": _words(Status),
    "Roles": _words(Role),
    "Rights": _words(Right, "right"),
    "Outcomes": _words(Outcome),
    "Urgencies": _words(Urgency),
    "Commands": _named(Command, "act"),
    "Events": _named(Event, "event"),
}
"""How the rows under each heading must begin; the meaning beside it is written by hand."""


def rows_under(heading: str) -> list[str]:
    """The rows of the table under a heading of the glossary."""
    section = re.split(r"^## ", GLOSSARY, flags=re.MULTILINE)
    (found,) = (part for part in section if part.startswith(f"{heading}\n"))
    return [line for line in found.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("heading", TABLES)
def test_the_glossary_has_every_word_and_no_other(heading: str) -> None:
    wanted, found = TABLES[heading], rows_under(heading)
    wrong = [row for row, begin in zip(found, wanted, strict=False) if not row.startswith(begin)]
    assert (wrong, len(found)) == ([], len(wanted)), "wanted:\n" + "\n".join(wanted)
    assert all(len(row.rstrip("| ").rpartition("|")[2].strip()) > 3 for row in found)


def test_the_glossary_has_every_refusal_code_and_no_other() -> None:
    texts = {key.removeprefix("refusal.") for key in catalogue("zh") if key.startswith("refusal.")}
    assert {code.value for code in RefusalCode} <= texts
    found = [row.split("`")[1] for row in rows_under("Refusal codes")]
    assert sorted(found) == sorted(texts)


def _resolves(name: str) -> bool:
    """Whether `package.module.Name.attribute` is something in our code."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if part in getattr(found, "__annotations__", {}):
                return True
            found = getattr(found, part, None)
        return found is not None
    return False


def _code_names(text: str) -> Iterable[str]:
    ours = "domain|workflows|activities|ledger|starter|audit|runtime"
    yield from re.findall(rf"`((?:{ours})(?:\.\w+)+)`", text)


@each_page
def test_the_code_that_is_named_exists(page: Path) -> None:
    names = set(_code_names(page.read_text(encoding="utf-8"))) - LOGGED
    assert {name for name in names if not _resolves(name)} == set()


def test_log_lines_that_are_named_exist() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in PROJECT.glob("starter/*.py"))
    text = (DOCS / "runbooks" / "alarms-and-lag.md").read_text(encoding="utf-8")
    assert {name for name in LOGGED if f"`{name}`" not in text} == set()
    assert {name for name in LOGGED if f'("{name}"' not in sources} == set()


def test_a_name_that_does_not_exist_is_seen() -> None:
    assert _resolves("domain.state.DemandState.reviewable")
    assert _resolves("domain.directory.ChainEntry.committee")
    assert not _resolves("domain.state.DemandState.deadline")
    assert not _resolves("domain.weather")


@each_page
def test_links_lead_somewhere_inside(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"https?://", text) == []
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        other = (page.parent / path) if path else page
        assert other.exists(), target
        headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}
        assert not anchor or anchor in anchors, target


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem[:4])
def test_a_decision_record_has_its_four_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "What it costs",
        "What would change our mind",
    ]
    title = text.splitlines()[0].removeprefix("# ")
    assert title.startswith(f"{record.stem[:4]}: ")
    index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    assert f"| [{record.stem[:4]}]({record.name}) | {title[6:]} |" in index


def test_decision_records_are_numbered_without_a_gap() -> None:
    assert [int(record.stem[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@each_page
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"LIANBAN_(\w*[A-Z])", page.read_text(encoding="utf-8")))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_temporal_s_variables_are_understood() -> None:
    """Each that the runbook names changes what the SDK's environment configuration makes of it."""
    text = (DOCS / "runbooks" / "external-cluster.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(TEMPORAL_[A-Z_]+)[`=]", text))
    assert len(named) > 10
    nothing = ClientConfigProfile.load(disable_file=True, override_env_vars={})
    for name in named - {"TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE", "TEMPORAL_"}:
        given = {name: "true"}
        assert ClientConfigProfile.load(disable_file=True, override_env_vars=given) != nothing, name
    given = {"TEMPORAL_GRPC_META_X_PARK": "1"}
    profile = ClientConfigProfile.load(disable_file=True, override_env_vars=given)
    assert profile.grpc_meta == {"x-park": "1"}
