"""Rule sets: what the shipped ones and other cities' say, mistakes by line, and sentences."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from domain.duration import parse
from domain.rules import Clock, Handling, Recipient, Rules, Start, Step
from domain.values import Urgency
from runtime.text import LANGUAGES, catalogue
from starter.policy_files import read_policy
from starter.policy_text import explain_policy
from starter.toml_file import FileInvalid, FileProblem

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("default", "quanzhou-2022", "jimo-2018", "demo")

OTHER_CITY = """
format = 2
name = "elsewhere"
title = "外地规则"
version = "1"
source = "各地公布的规定"

[clocks]
assign = "1wd"
decide = "1wd"
contact = "60m"
claim = "1wd"
plan = "24h"
answer = "2wd"
resolve = "7d"
co_handle = "3wd"
instruct = "2wd"
evaluate = "5wd"
follow_up = "5wd"
review = "90d"

[starts]
plan = "assigned"

[[special]]
categories = ["融资", "用地"]
[special.clocks]
resolve = "10wd"

[[reminders]]
clocks = ["resolve"]
before = "1d"

[[ladder]]
clocks = ["resolve"]
after = "1wd"
step = "chase"
to = ["unit"]
copy_to = ["unit_leader"]

[[ladder]]
clocks = ["resolve"]
after = "6wd"
step = "criticise"
to = ["unit"]

[extensions]
at_most = 1
longest = "25wd"

[evaluation]
follow_up = 100
"""


def load_rules(path: Path) -> Rules:
    rules = read_policy(path)
    assert isinstance(rules, Rules)
    return rules


def check_rules(path: Path) -> tuple[FileProblem, ...]:
    with pytest.raises(FileInvalid) as found:
        read_policy(path)
    return found.value.problems


def shipped(name: str) -> Rules:
    return load_rules(ROOT / "policies" / f"{name}.toml")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(OTHER_CITY, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_rule_sets_can_be_used_and_name_their_source(name: str) -> None:
    rules = shipped(name)
    assert rules.source
    assert Rules.model_validate_json(rules.model_dump_json()) == rules


def test_quanzhou_says_what_its_notice_says() -> None:
    rules = shipped("quanzhou-2022")
    assert (rules.clocks.co_handle, rules.clocks.resolve) == (parse("3wd"), parse("7wd"))
    assert rules.starts.resolve is Start.ASSIGNED
    assert rules.returns.within == rules.extensions.ask_before == parse("1wd")
    late = next(rung for rung in rules.ladder if Clock.RESOLVE in rung.clocks)
    assert (late.after, late.step, late.to) == (None, Step.SUPERVISE, (Recipient.SUPERVISION,))


def test_jimo_says_what_its_plan_says() -> None:
    rules = shipped("jimo-2018")
    assert rules.clocks.resolve == parse("5wd")
    assert rules.extensions.longest == parse("30d")
    assert rules.handling == (Handling.SOLE, Handling.SEPARATE, Handling.JOINT)


def test_the_demonstration_counts_seconds_and_never_sleeps() -> None:
    rules = shipped("demo")
    assert rules.office.never_closes
    assert rules.messages.hours == ()
    assert rules.clocks.claim == parse("15s")


def test_what_other_cities_say_can_be_said(written: Path) -> None:
    rules = load_rules(written)
    assert rules.clocks.contact == parse("60m")
    assert rules.clocks.progress is None
    assert rules.clocks_for("融资", Urgency.GENERAL).resolve == parse("10wd")
    assert rules.clocks_for("用工", Urgency.GENERAL).resolve == parse("7d")
    assert rules.clocks_for("融资", Urgency.GENERAL).contact == parse("60m")
    said = "".join(explain_policy(rules, "zh"))
    for sentence in (
        "责任单位应在交办后 60 分钟内与企业取得联系。",
        "责任单位应在交办后 24 小时内提出方案。",
        "责任单位应在交办后 7 天内办结。",
        "融资、用地类需求：办结为 10 个工作日。",
        "办结逾期 1 个工作日的，催办责任单位，并抄送分管领导。",
        "办结逾期 6 个工作日的，书面通报批评责任单位。",
        "无论延期几次，办理时间最长不超过 25 个工作日。",
        "销号前全部回访。",
    ):
        assert sentence in said


def test_the_later_special_prevails_and_both_may_fit(written: Path) -> None:
    more = '\n[[special]]\nurgencies = ["major"]\n[special.clocks]\nresolve = "3wd"\n'
    written.write_text(OTHER_CITY + more, encoding="utf-8")
    rules = load_rules(written)
    assert rules.clocks_for("融资", Urgency.MAJOR).resolve == parse("3wd")
    assert rules.clocks_for("融资", Urgency.URGENT).resolve == parse("10wd")


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "text_key"),
    [
        ('resolve = "7d"', 'resolve = "7 d"', 'resolve = "7 d"', "clocks.resolve", "unreadable"),
        ('resolve = "7d"', "resolve = 7", "resolve = 7", "clocks.resolve", "not_text"),
        ('resolve = "7d"', "", "[clocks]", "clocks", "clock_missing"),
        ("contact =", "contakt =", "contakt =", "clocks.contakt", "unknown_key_meant"),
        ("format = 2", "format = 1", "format = 1", "format", "literal_error"),
        ("format = 2", "", "", "format", "missing"),
        ('step = "chase"', 'step = "nag"', 'step = "nag"', "ladder[1].step", "enum"),
        ('to = ["unit"]\ncopy', "to = []\ncopy", "to = []", "ladder[1].to", "too_short"),
        ('"6wd"', '"1wd"', 'after = "1wd"\nstep = "crit', "ladder[2]", "ladder_backward"),
        ('before = "1d"', 'before = "7d"', 'before = "7d"', "reminders[1].before", "too_early"),
        ('["resolve"]\nbefore', '["progress"]\nbefore', '["progress"]', "reminders[1].clocks", ""),
        (
            '["resolve"]\nafter = "6wd"',
            '["progress"]\nafter = "6wd"',
            '["progress"]\nafter = "6wd"',
            "ladder[2].clocks",
            "clock_unset",
        ),
        ('categories = ["融资", "用地"]', "", "[[special]]", "special[1]", "special_for_nobody"),
        ("follow_up = 100", "follow_up = 101", "follow_up = 101", "evaluation.follow_up", "less"),
        ('"1"\nsource', '"1\nsource', "version", "", "syntax"),
    ],
)
def test_a_mistake_is_explained_by_line(
    written: Path, old: str, new: str, at: str, key: str, text_key: str
) -> None:
    assert OTHER_CITY.count(old) == 1
    source = OTHER_CITY.replace(old, new)
    written.write_text(source, encoding="utf-8")
    line = source[: source.index(at)].count("\n") + 1
    if text_key == "ladder_backward":
        line -= 2  # the whole rung is meant: its header
    (problem,) = check_rules(written)
    assert (problem.line, problem.key) == (line, key)
    assert text_key in problem.text_key
    for lang in LANGUAGES:
        assert problem.text_key != problem.message(lang)
        assert "{" not in problem.message(lang)


def test_all_that_is_missing_is_said_at_once(written: Path) -> None:
    source = OTHER_CITY.replace('claim = "1wd"\n', "").replace('review = "90d"\n', "")
    written.write_text(source, encoding="utf-8")
    (problem,) = check_rules(written)
    assert "缺少“claim、review”" in problem.message("zh")
    assert "“claim, review”" in problem.message("en")


def test_a_mistyped_value_is_guessed(written: Path) -> None:
    source = OTHER_CITY.replace('copy_to = ["unit_leader"]', 'copy_to = ["secretary"]')
    written.write_text(source, encoding="utf-8")
    (problem,) = check_rules(written)
    assert problem.text_key == "file.enum_meant"
    assert "unit、squad、" in problem.message("zh")
    assert "是否应为“secretary_unit”" in problem.message("zh")


def test_the_longest_extension_is_longer_than_the_deadline(written: Path) -> None:
    source = OTHER_CITY.replace('longest = "25wd"', 'longest = "6d"')
    written.write_text(source, encoding="utf-8")
    (problem,) = check_rules(written)
    assert problem.text_key == "rules.longest_too_short"
    assert problem.facts == {"longest": "6d", "within": "7d"}


def test_a_reminder_or_rung_may_name_the_end_of_a_pause_and_what_only_some_demands_have(
    written: Path,
) -> None:
    source = OTHER_CITY.replace('contact = "60m"\n', "").replace(
        'resolve = "10wd"', 'resolve = "10wd"\ncontact = "60m"'
    )
    source = source.replace('["resolve"]\nbefore = "1d"', '["pause", "contact"]\nbefore = "30m"')
    source = source.replace('["resolve"]\nafter = "6wd"', '["pause", "contact"]\nafter = "6wd"')
    written.write_text(source, encoding="utf-8")
    rules = load_rules(written)
    assert rules.reminders[0].clocks == rules.ladder[1].clocks == (Clock.PAUSE, Clock.CONTACT)
    assert [c for c in Clock if not rules.sets(c)] == [Clock.PROGRESS]


def test_without_clocks_every_clock_is_meant_but_those_that_nobody_is_late_with() -> None:
    meant = [clock for clock in Clock if Rules.applies_to((), clock)]
    assert [c for c in Clock if c not in meant] == [Clock.EVALUATE, Clock.PAUSE]
    named = (Clock.EVALUATE, Clock.PAUSE)
    assert tuple(clock for clock in Clock if Rules.applies_to(named, clock)) == named


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    ("clock", "who"),
    [
        (Clock.ASSIGN, Recipient.BUREAU),
        (Clock.DECIDE, Recipient.BUREAU),
        (Clock.CLAIM, Recipient.UNIT),
        (Clock.RESOLVE, Recipient.UNIT),
        (Clock.INSTRUCT, Recipient.UNIT),
        (Clock.REVIEW, Recipient.UNIT),
    ],
)
def test_whoever_is_late_is_told_by_the_ladders_we_ship(
    name: str, clock: Clock, who: Recipient
) -> None:
    """Not the unit for the bureau's delay: before the assignment there is no unit at all."""
    rules = shipped(name)
    mild = [r for r in rules.ladder if r.step in (Step.CHASE, Step.SUPERVISE)]
    assert any(
        who in (*rung.to, *rung.copy_to) for rung in mild if rules.applies_to(rung.clocks, clock)
    )


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rule_set_is_explained_in_sentences(name: str, lang: str) -> None:
    sentences = explain_policy(shipped(name), lang)
    assert len(sentences) > 15
    for sentence in sentences:
        assert "{" not in sentence
        assert "rules." not in sentence
        assert "duration." not in sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_of_a_rule_set_has_words(lang: str) -> None:
    wanted = {f"rules.clock_{c.value}" for c in Clock} | {f"rules.name_{c.value}" for c in Clock}
    wanted |= {f"rules.start_{s.value}" for s in Start} | {f"rules.step_{s.value}" for s in Step}
    wanted |= {f"rules.to_{r.value}" for r in Recipient}
    wanted |= {f"rules.handling_{h.value}" for h in Handling}
    assert sorted(wanted - set(catalogue(lang))) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_that_the_domain_raises_has_a_sentence(lang: str) -> None:
    raised = {
        str(node.args[0].value)
        for path in (ROOT / "domain").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Fault"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(raised) > 15
    assert sorted(raised - set(catalogue(lang))) == []
