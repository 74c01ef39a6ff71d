"""What messages say: complete in both languages, short enough for a phone, and nothing sealed."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, meta

from domain.events import Event
from runtime.message_text import (
    FACTS,
    MESSAGES,
    MOST,
    MOST_LINES,
    Rendered,
    digest,
    kinds,
    render,
    short,
)
from runtime.text import LANGUAGES

TOLD = {
    *("assigned", "reassigned", "claimed", "returned", "reminded", "became_overdue", "chased"),
    *("supervised", "escalated", "criticised", "instructed", "responded", "extension_asked"),
    *("extension_granted", "extension_refused", "co_handling_asked", "co_handling_finished"),
    *("resolved", "reopened", "evaluated", "adjudication_convened", "ruled", "resumed", "paused"),
    *("overdue_withdrawn", "calendar_adopted", "withdrawn", "closed"),
    "material_supplied",
}
EVENT_KINDS = {event.model_fields["kind"].default for event in get_args(get_args(Event)[0])}
LINK = "https://lianban.park.example/d/AN-2026Q4-039"
USUAL = {
    "demand": "AN-2026Q4-039",
    "enterprise": "云南云天化石化有限公司",
    "text": "新增变压器900kVA报装，请协调供电部门加快接入。",
    "unit": "市供电局",
    "clock": "认领",
    "due": "10月9日 18:00",
    "by": "石化产业链链长",
    "reason": "不属于本单位职责，建议交市发改局。",
    "link": LINK,
}

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_kind = pytest.mark.parametrize("kind", sorted(TOLD | EVENT_KINDS | {"something_new"}))


def width(text: str) -> int:
    """Chinese characters count two, Latin letters one."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def words(rendered: Rendered) -> str:
    return rendered.text.removesuffix(LINK).rstrip("\n")


def test_both_languages_have_words_for_every_kind_that_is_told() -> None:
    assert kinds("zh") == kinds("en") == TOLD
    assert {path.name for path in MESSAGES.iterdir()} == set(LANGUAGES)


def test_both_languages_say_the_same() -> None:
    environment = Environment(autoescape=False)
    for path in (MESSAGES / "zh").glob("*.j2"):
        used = [
            meta.find_undeclared_variables(
                environment.parse((MESSAGES / lang / path.name).read_text(encoding="utf-8"))
            )
            for lang in LANGUAGES
        ]
        assert used[0] == used[1], path.name
        assert used[0] <= {*FACTS, "title", "count", "lines", "more"}, path.name


def test_what_ends_an_enterprise_s_word_repeats_none_of_it() -> None:
    """The score and the comment are no facts; these three do not even take a reason."""
    assert not {"comment", "score", "call_note"} & set(FACTS)
    for lang in LANGUAGES:
        for kind in ("evaluated", "reopened", "closed"):
            sealed = {"reason": "敷衍了事", "comment": "敷衍了事", "score": "1"}
            assert "敷衍" not in render(kind, {**USUAL, **sealed}, lang).text


@each_language
@each_kind
def test_a_message_says_what_it_is_about_and_where_to_look(kind: str, lang: str) -> None:
    rendered = render(kind, USUAL, lang)
    lines = rendered.text.splitlines()
    assert lines[0] == rendered.subject
    assert lines[0].startswith({"zh": "【链办】", "en": "[Lianban] "}[lang])
    assert lines[0].endswith(" AN-2026Q4-039")
    assert lines[1].startswith("云南云天化石化有限公司")
    assert lines[-1] == LINK
    assert all(line == line.strip() and line for line in lines)
    assert width(words(rendered)) <= 2 * MOST


HOLES = (
    *(
        "（）",
        "()",
        "（时限 ）",
        "： ",
        "：。",
        ":.",
        ": .",
        "，，",
        "。。",
        "..",
        "  ",
        " .",
        " ,",
    ),
    *("None", "(,", ", )", "时限 ，", "时限 。"),
)


@each_language
@each_kind
def test_a_missing_fact_leaves_no_hole(kind: str, lang: str) -> None:
    without = [{**USUAL, missing: ""} for missing in FACTS]
    without += [{"demand": "AN-2026Q4-039", fact: USUAL[fact]} for fact in USUAL]
    for facts in ({}, *without):
        text = render(kind, facts, lang).text
        assert [hole for hole in HOLES if hole in text] == [], text
        assert not re.search(r"[：:，,（(]$", text, re.MULTILINE), text
        assert ("://" in text) == bool(facts.get("link"))


@each_language
@each_kind
def test_what_people_wrote_at_length_is_cut(kind: str, lang: str) -> None:
    for letter in ("很", "Wx", "😀", "a\n\tb\x00 "):
        facts = dict.fromkeys(FACTS, letter * 3000) | {"link": LINK}
        rendered = render(kind, facts, lang)
        assert width(words(rendered)) <= 2 * MOST
        assert rendered.text.endswith(f"\n{LINK}")
        assert len(rendered.text.splitlines()) <= 4
        assert "\x00" not in rendered.text


@each_language
def test_what_people_wrote_is_no_template(lang: str) -> None:
    facts = {**USUAL, "text": "{{ 7 * 7 }} {% raw %} <b>&amp;"}
    assert "{{ 7 * 7 }} {% raw %} <b>&amp;" in render("assigned", facts, lang).text


@pytest.mark.parametrize(
    ("kind", "lang", "text"),
    [
        (
            "assigned",
            "zh",
            "【链办】新交办 AN-2026Q4-039\n"
            "云南云天化石化有限公司：新增变压器900kVA报装，请协调供电部门加快接入。\n"
            f"交市供电局办理，请于 10月9日 18:00 前认领。\n{LINK}",
        ),
        (
            "instructed",
            "zh",
            "【链办】批示 AN-2026Q4-039\n"
            "云南云天化石化有限公司：新增变压器900kVA报装，请协调供电部门加快接入。\n"
            "石化产业链链长批示：不属于本单位职责，建议交市发改局。"
            f"请市供电局于 10月9日 18:00 前落实。\n{LINK}",
        ),
        (
            "handed",
            "zh",
            "【链办】明确了承办人 AN-2026Q4-039\n"
            "云南云天化石化有限公司：新增变压器900kVA报装，请协调供电部门加快接入。\n"
            f"责任单位：市供电局。认领时限 10月9日 18:00。\n{LINK}",
        ),
    ],
)
def test_it_reads_like_this(kind: str, lang: str, text: str) -> None:
    assert render(kind, USUAL, lang).text == text


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("很好", 2, "很好"),
        ("很好啊", 2, "很…"),
        ("abcd", 2, "abcd"),
        ("abcde", 2, "ab…"),
        ("一行\n\t两行\x00", 10, "一行 两行"),
        ("", 5, ""),
        ("请协调，供电部门", 5, "请协调…"),
    ],
)
def test_a_cut_is_marked(text: str, most: int, cut: str) -> None:
    assert short(text, most) == cut


@each_language
def test_a_digest_lists_what_is_to_be_done(lang: str) -> None:
    items = [render(kind, USUAL, lang) for kind in ("assigned", "chased")]
    found = digest(items, lang)
    first, one, two, link = found.text.splitlines()
    assert first == found.subject == {"zh": "【链办】2 条消息", "en": "[Lianban] 2 messages"}[lang]
    assert one.startswith({"zh": "1. 新交办 AN-", "en": "1. New assignment AN-"}[lang])
    assert "10月9日 18:00" in one
    assert "10月9日 18:00" in two
    assert link == LINK


def test_a_digest_of_many_fits_into_one_message_of_the_smallest_channel() -> None:
    facts = {**dict.fromkeys(FACTS, "很长" * 30), "link": LINK}
    items = [render("supervised", {**facts, "link": f"{LINK}{n}"}, "zh") for n in range(25)]
    found = digest(items, "zh", "https://lianban.park.example/inbox")
    assert len(found.text.encode()) <= 2048  # WeCom
    assert f"另有 {25 - MOST_LINES} 条" in found.text
    assert found.text.endswith("\nhttps://lianban.park.example/inbox")
    assert "://" not in digest(items, "zh").text


def test_a_digest_of_one_is_the_message_itself() -> None:
    one = render("assigned", USUAL, "zh")
    assert digest([one], "zh") == one


def test_an_unknown_language_gets_chinese() -> None:
    assert render("assigned", USUAL, "../en") == render("assigned", USUAL, "zh")


def test_templates_and_translations_come_along_with_an_installation() -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    taken = set(project["tool"]["setuptools"]["package-data"]["*"])
    here = {f"*{path.suffix}" for path in (root / "runtime").rglob("*") if path.is_file()}
    assert here - {"*.py", "*.pyc"} <= taken
