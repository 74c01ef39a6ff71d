"""`lianban slip` against a real ledger: the file, its name, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import docx
import pytest

from domain import commands as c
from domain.calendar import PARK_TIME
from ledger.pool import Pool
from ledger.projector import record
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.calendars import load_calendar
from starter.policies import POLICIES, load_policy
from tests.support import timed_lives as lives
from tests.support.cli import Cli
from tests.support.timed_lives import Life, listing

BEGAN = datetime(2026, 10, 9, 10, 0, tzinfo=PARK_TIME)
DEMAND = "AN-2026Q4-001"


@pytest.fixture
def cli(
    settings: Settings,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Cli]:
    monkeypatch.chdir(tmp_path)
    with Cli.against(settings, stack.temporal, capsys, monkeypatch) as cli:
        yield cli


async def put(pool: Pool, life: Life) -> None:
    assert life.state is not None
    await record(pool, life.recorded, life.state)


def supervised() -> Life:
    policy = load_policy(POLICIES / "default.toml")
    life = Life().do(BEGAN, listing(policy=policy, calendar=load_calendar()))
    life.do(BEGAN + timedelta(hours=1), lives.ASSIGN)
    return life.do(BEGAN + timedelta(hours=2), c.Supervise(by=lives.BUREAU, reason="再次反映"))


async def test_slips_are_written(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    await put(pool, supervised())
    shown = await cli("slip", "assignment", "an-2026q4-1")
    assert shown.code == 0, shown
    assert shown.out.strip() == f"已写出 {DEMAND} 交办：{DEMAND} 交办单.docx"
    document = docx.Document(str(tmp_path / f"{DEMAND} 交办单.docx"))
    assert document.paragraphs[0].text == "企业需求交办单"
    assert await cli.refused("slip", "assignment", DEMAND) == "slip_exists"
    found = await cli.done("slip", "assignment", DEMAND, "-o", f"{DEMAND} 交办单.docx")
    assert found["values"]["unit"] == "市供电局"
    found = await cli.done("slip", "supervision", DEMAND, "--number", "1", "-o", "督办.docx")
    assert found["values"]["number"] == f"{DEMAND} 督办〔1〕号"
    assert docx.Document("督办.docx").paragraphs[1].text == f"{DEMAND} 督办〔1〕号"
    assert await cli.refused("slip", "supervision", DEMAND, "--number", "2") == "unknown_slip"
    assert await cli.refused("slip", "assignment", "AN-2026Q4-999") == "unknown_demand"


async def test_in_english(cli: Cli, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(pool, supervised())
    monkeypatch.setenv("LIANBAN_LANG", "en")
    found = await cli.done("slip", "supervision", DEMAND)
    assert found["file"] == f"{DEMAND} supervision 1.docx"
    document = docx.Document(found["file"])
    assert document.paragraphs[1].text == f"{DEMAND} Supervision No. 1"
    assert document.tables[0].rows[0].cells[0].text == "Id"


async def test_a_template_of_the_park_s_own(cli: Cli, pool: Pool, tmp_path: Path) -> None:
    await put(pool, supervised())
    template = docx.Document()
    template.add_paragraph("{{ enterprise }}{{ nobody }}")
    template.save("own.docx")
    refused = await cli("slip", "assignment", DEMAND, "--template", "own.docx")
    assert refused.code == 1
    assert "模板 own.docx 用了没有的内容：nobody。" in refused.err
    nowhere = await cli("slip", "assignment", DEMAND, "-o", str(tmp_path / "no" / "where.docx"))
    assert (nowhere.code, "where.docx" in nowhere.err) == (1, True)
