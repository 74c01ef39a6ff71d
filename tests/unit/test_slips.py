"""Slips in Word: every field, whatever people wrote; the park's own templates; the package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from domain import commands as c
from domain.calendar import PARK_TIME
from domain.duration import parse
from domain.policy import Policy
from domain.rules import Start, Starts
from domain.state import DemandState
from domain.values import Enterprise, Outcome
from runtime.text import LANGUAGES, text
from starter.calendars import load_calendar
from starter.cli.explain import explain
from starter.errors import CommandRefused
from starter.policies import POLICIES, load_policy
from starter.slips import make_templates, template_of
from starter.slips.render import fill
from starter.slips.values import NAMES, assignment, supervision
from tests.support import timed_lives as lives
from tests.support.timed_lives import Life, listing

ROOT = Path(__file__).parents[2]
CALENDAR = load_calendar()
DEFAULT = load_policy(POLICIES / "default.toml")
BEGAN = datetime(2026, 10, 9, 10, 0, tzinfo=PARK_TIME)
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=PARK_TIME)
NASTY = "厂区<b>用电</b> & 容量\n第二行 {{ unit }} {% raw %} “不足” 𠮷 {_{ x }_}"


def a_life(**fields: Any) -> Life:
    given = {"policy": DEFAULT, "calendar": CALENDAR} | fields
    note = c.Assign(by=lives.BUREAU, unit=lives.POWER, squad=lives.TEAM, note="请先联系企业")
    return Life().do(BEGAN, listing(**given)).do(BEGAN + timedelta(hours=1), note)


def state_of(life: Life) -> DemandState:
    assert life.state is not None
    return life.state


def opened(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def fields_of(document: Document) -> dict[str, str]:
    """What stands beside each label; a merged cell is one cell."""
    (table,) = document.tables
    found: dict[str, str] = {}
    for row in table.rows:
        cells = list({id(cell._tc): cell.text for cell in row.cells}.values())
        found |= dict(zip(cells[::2], cells[1::2], strict=True))
    return found


def slip(life: Life, kind: str = "assignment", number: int | None = None) -> Document:
    state = state_of(life)
    found = (
        assignment(state, life.events, NOW, "zh")
        if kind == "assignment"
        else supervision(state, life.events, number, NOW, "zh")
    )
    return opened(fill(template_of(kind, "zh"), found, NAMES[kind]))


def test_an_assignment_says_everything() -> None:
    document = slip(a_life())
    title, number, *_ = document.paragraphs
    assert (title.text, number.text) == ("企业需求交办单", "AN-2026Q4-001 交办")
    assert fields_of(document) == {
        "编号": "AN-2026Q4-001",
        "交办时间": "2026年10月9日 11:00",
        "企业": "云南裕能新能源电池有限公司",
        "产业链": "新能源电池材料产业链",
        "类别": "用电",
        "紧急程度": "一般",
        "内容": "请协调供电部门加快接入。",
        "责任单位": "市供电局",
        "突击队": "要素保障党员突击队",
        "办结时限": "2026年10月22日 17:30\n"
        "10 个工作日：10月9日 11:00交办；次日（10月10日）起算；"
        "计入10月10日（周六，国庆节调休上班），1天；跳过10月11日（周日）；"
        "计入10月12日至10月16日（工作日），5天；"
        "跳过10月17日至10月18日（周末）；计入10月19日至10月22日（工作日），4天；"
        "到期：10月22日 17:30。",
        "要求": "请于 2026年10月10日 17:30 前认领；认为不属于本单位职责的，在此之前退回，"
        "并写明理由和依据。\n请在认领后 3 个工作日内制定方案。\n"
        "请于 2026年10月22日 17:30 前办结并填报结果；"
        "确需延期的，请在到期之前提出申请。\n办理期间，至少每 5 个工作日填报一次进展。\n"
        "交办意见：请先联系企业",
        "签收": text("slip.receipt_blank", "zh"),
    }
    assert [p.text for p in document.paragraphs][-2:] == [
        "园区党群服务中心（盖章）",
        "2026年10月12日",
    ]


def test_it_looks_like_an_official_document() -> None:
    document = slip(a_life())
    section = document.sections[0]
    assert (round(section.page_width.cm), round(section.page_height.cm, 1)) == (21, 29.7)
    title = document.paragraphs[0]
    assert title.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
    run = title.runs[0]
    assert (run.font.size.pt, run.font.bold) == (22, True)
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    (table,) = document.tables
    assert table.style.name == "Table Grid"
    label, value = table.rows[0].cells[0].paragraphs[0], table.rows[0].cells[1].paragraphs[0]
    fonts = [p.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) for p in (label, value)]
    assert fonts == ["黑体", "仿宋"]
    assert [round(column.width.cm, 1) for column in table.columns] == [2.6, 5.2, 2.6, 5.2]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", make_templates.ROWS)
def test_the_templates_are_those_that_the_script_makes(kind: str, lang: str) -> None:
    """Whoever changes the script, or a text, makes them anew."""

    def body(document: Document) -> str:
        return str(document.element.body.xml)

    assert body(docx.Document(str(template_of(kind, lang)))) == body(
        make_templates.make(kind, lang)
    )


def test_texts_of_people_stay_texts() -> None:
    name = Enterprise(uscc="91530181MA6K00001D", name="<甲> & “乙”公司")
    life = a_life(text=NASTY, enterprise=name)
    found = assignment(state_of(life), life.events, NOW, "zh")
    found["category"] = "用\x00电\x0b\x1b\ufffe\x07\x0c"
    document = opened(fill(template_of("assignment", "zh"), found, NAMES["assignment"]))
    fields = fields_of(document)
    assert fields["企业"] == "<甲> & “乙”公司"
    assert fields["内容"].replace("\u200b", "") == NASTY
    assert fields["类别"] == "用电"
    assert fields["责任单位"] == "市供电局"


def test_long_texts_stay_whole() -> None:
    life = a_life(text="电" * 5_000)
    assert fields_of(slip(life))["内容"] == "电" * 5_000


def test_a_demand_without_deadlines_says_so() -> None:
    life = a_life(policy=Policy(name="park", version="1", source="test"), calendar=None)
    fields = fields_of(slip(life))
    assert fields["办结时限"].strip() == "未设时限"
    assert fields["要求"].splitlines() == [
        "请及时认领、办理，并填报进展和结果。",
        "交办意见：请先联系企业",
    ]


def test_an_assignment_printed_again_is_the_one_that_was_handed_over() -> None:
    life = a_life()
    handed = fields_of(slip(life))
    life.do(BEGAN + timedelta(hours=2), lives.CLAIM)
    ask = c.AskExtension.model_validate({"by": lives.HANDLER, "more": "2wd", "reason": "设备未到"})
    life.do(BEGAN + timedelta(hours=3), ask)
    life.do(BEGAN + timedelta(hours=4), c.GrantExtension(by=lives.BUREAU))
    assert fields_of(slip(life)) == handed


def test_an_assignment_says_every_deadline_that_it_began_and_the_rule_of_the_others() -> None:
    clocks = DEFAULT.clocks.model_copy(update={"contact": parse("60m"), "answer": parse("2wd")})
    starts = Starts(plan=Start.ASSIGNED, resolve=Start.PLANNED)
    rules = DEFAULT.model_copy(update={"clocks": clocks, "starts": starts})
    fields = fields_of(slip(a_life(policy=rules)))
    assert fields["办结时限"].strip() == "提出方案后 10 个工作日内"
    assert fields["要求"].splitlines()[1:5] == [
        "请于 2026年10月9日 12:00 前与企业取得联系。",
        "请于 2026年10月12日 17:30 前向企业作出答复。",
        "请于 2026年10月13日 17:30 前制定方案。",
        "请在提出方案后 10 个工作日内办结并填报结果；确需延期的，请在到期之前提出申请。",
    ]


def test_an_extension_is_derived_as_well() -> None:
    life = a_life().do(BEGAN + timedelta(hours=2), lives.CLAIM)
    ask = c.AskExtension.model_validate({"by": lives.HANDLER, "more": "2wd", "reason": "设备未到"})
    life.do(BEGAN + timedelta(hours=3), ask)
    life.do(BEGAN + timedelta(hours=4), c.GrantExtension(by=lives.BUREAU))
    life.do(BEGAN + timedelta(hours=5), c.Supervise(by=lives.BUREAU, reason="企业催问"))
    due, reckoned = fields_of(slip(life, "supervision"))["办结时限"].splitlines()
    assert due == "2026年10月26日 17:30"
    assert reckoned.startswith("10 个工作日：10月9日 11:00交办")
    assert "2 个工作日：10月22日 17:30原到期，准予延期" in reckoned


def test_after_it_was_resolved_the_deadline_is_still_told() -> None:
    life = a_life().do(BEGAN + timedelta(hours=2), lives.CLAIM)
    life.do(BEGAN + timedelta(hours=3), lives.PLAN)
    resolve = c.Resolve(by=lives.HANDLER, outcome=Outcome.SOLVED, text="已送电")
    life.do(BEGAN + timedelta(hours=4), resolve)
    assert fields_of(slip(life))["办结时限"].startswith("2026年10月22日 17:30\n")


def test_supervisions_are_numbered() -> None:
    life = a_life()
    life.do(BEGAN + timedelta(hours=2), c.Supervise(by=lives.BUREAU, reason="企业再次反映"))
    life.do(NOW, c.Supervise(by=lives.BUREAU, reason="仍无进展 <急>"))
    first = slip(life, "supervision", 1)
    assert first.paragraphs[1].text == "AN-2026Q4-001 督办〔1〕号"
    fields = fields_of(first)
    assert fields["督办事由"] == "企业再次反映"
    assert fields["要求"].startswith("请按督办要求办理并报告进展")
    assert (fields["督办时间"], fields["督办人"]) == ("2026年10月9日 12:00", "需求受理")
    assert fields["办结时限"].startswith("2026年10月22日 17:30")
    assert fields["办理情况"] == ""
    last = slip(life, "supervision")
    assert last.paragraphs[1].text == "AN-2026Q4-001 督办〔2〕号"
    assert fields_of(last)["督办事由"] == "仍无进展 <急>"


def test_the_rules_own_supervision_says_what_was_not_done() -> None:
    quanzhou = load_policy(POLICIES / "quanzhou-2022.toml")
    life = a_life(policy=quanzhou).wait(BEGAN + timedelta(days=30))
    fields = fields_of(slip(life, "supervision", 1))
    assert fields["督办人"] == "按办理规则自动督办"
    assert "已过，仍未完成。" in fields["督办事由"]
    assert "说明未按时完成的原因" in fields["要求"]


def test_a_supervision_by_hand_of_what_is_late_asks_why() -> None:
    life = a_life().wait(BEGAN + timedelta(days=30))
    life.do(BEGAN + timedelta(days=30), c.Supervise(by=lives.BUREAU, reason="仍无进展"))
    assert "说明未按时完成的原因" in fields_of(slip(life, "supervision"))["要求"]


def test_what_cannot_be_printed_is_refused() -> None:
    listed = Life().do(BEGAN, listing(policy=DEFAULT, calendar=CALENDAR))
    with pytest.raises(CommandRefused, match="slip_not_assigned"):
        slip(listed)
    with pytest.raises(CommandRefused, match="no_supervision"):
        slip(a_life(), "supervision")
    life = a_life().do(NOW, c.Supervise(by=lives.BUREAU, reason="企业再次反映"))
    with pytest.raises(CommandRefused, match="unknown_slip") as found:
        slip(life, "supervision", 2)
    assert found.value.facts == {"demand": "AN-2026Q4-001", "number": "2", "known": "1"}


def own(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def test_a_park_has_templates_of_its_own(tmp_path: Path) -> None:
    life = a_life()
    found = assignment(state_of(life), life.events, NOW, "zh")
    template = own(
        tmp_path / "own.docx", "{{ unit }}：{{ text|upper }}", "{% if note %}有{% endif %}"
    )
    document = opened(fill(template, found, NAMES["assignment"]))
    assert [p.text for p in document.paragraphs][:2] == [
        "市供电局：请协调供电部门加快接入。",
        "有",
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{{ unitt }}", "slip_placeholder"),
        ("{{ reason }}", "slip_placeholder"),
        ("{{ unit", "slip_template_wrong"),
        ("{% for x in %}", "slip_template_wrong"),
        ("{{ unit.__class__.__mro__ }}", "slip_template_wrong"),
        ("{{ unit|nonsense }}", "slip_template_wrong"),
        ("{% for x in range(10000000) %}x{% endfor %}", "slip_template_wrong"),
    ],
)
def test_a_template_that_asks_for_something_else_is_refused(
    tmp_path: Path, line: str, code: str
) -> None:
    life = a_life()
    found = assignment(state_of(life), life.events, NOW, "zh")
    template = own(tmp_path / "own.docx", line)
    with pytest.raises(CommandRefused) as refused:
        fill(template, found, NAMES["assignment"])
    assert refused.value.code == code
    if code == "slip_placeholder":
        assert refused.value.facts["unknown"] in line


def test_what_is_no_word_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    for content in (None, b"not a document", b""):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CommandRefused, match="slip_template_unreadable") as found:
            fill(path, {}, NAMES["assignment"])
        said = explain(found.value).message
        assert ("文件不存在" if content is None else "内容已损坏") in said
        assert "Error" not in said
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("something.txt", "else")
    with pytest.raises(CommandRefused, match="slip_template_unreadable"):
        fill(path, {}, NAMES["assignment"])


def test_the_templates_are_part_of_a_real_install(tmp_path: Path) -> None:
    """A wheel as pip builds it, without anything from outside."""
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "worker.py"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    (copy / "starter").symlink_to(ROOT / "starter")
    (copy / "runtime").symlink_to(ROOT / "runtime")
    built = "from setuptools.build_meta import build_wheel; print(build_wheel('wheels'))"
    (copy / "wheels").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", built], cwd=copy, capture_output=True, text=True, check=True
    )
    wheel = copy / "wheels" / done.stdout.splitlines()[-1]
    names = set(zipfile.ZipFile(wheel).namelist())
    for kind in make_templates.ROWS:
        for lang in LANGUAGES:
            assert f"starter/slips/{kind}.{lang}.docx" in names
    assert "runtime/translations/zh/slip.toml" in names
