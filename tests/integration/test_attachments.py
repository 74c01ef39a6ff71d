"""Attachments from the file to the event and back: stored once, verified, told by nobody else."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.values import Attachment, Outcome
from ledger import reads
from runtime.embedded.info import StackInfo
from runtime.settings import Settings
from starter.attachments.depot import Depot, depot
from starter.attachments.find import draft_of, of_demand
from starter.attachments.naming import as_named
from starter.errors import CommandRefused, SystemUnreachable
from tests.support import files
from tests.support.cli import Cli
from tests.support.house import THE_ENTERPRISE, House
from tests.support.processes import PROJECT, environment
from tests.support.reckoning import assert_agree


@pytest.fixture
def folder(settings: Settings) -> Path:
    assert settings.attachments is not None
    return Path(settings.attachments)


@pytest.fixture
def keeps(home: House) -> Depot:
    return depot(home.settings, home.pool)


def stored(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def refusal(work: Any) -> str:
    with pytest.raises(CommandRefused) as refused:
        await work
    return refused.value.code


async def test_a_photo_goes_from_the_phone_into_the_event_and_to_who_may_read_it(
    home: House, keeps: Depot, folder: Path
) -> None:
    demand = await home.planned()
    photo = await keeps.take_in(files.photo(orientation=6), "现场.jpg", "s04")

    accepted = await home.act(
        demand, "s04", "report_progress", text="已踏勘", attachments=as_named([photo])
    )

    event = accepted.answer.events[0].event
    assert getattr(event, "attachments", None) == (photo,)
    assert (photo.name, photo.media_type) == ("现场.jpg", "image/jpeg")
    assert (photo.width, photo.height) == (480, 640)
    found = await of_demand(home.pool, demand, photo.sha256)
    assert found is not None
    assert found.attachment == photo
    content = await keeps.content(found)
    assert hashlib.sha256(content).hexdigest() == photo.sha256
    assert len(content) == photo.size
    assert len(await keeps.thumbnail(found)) < len(content)
    assert {path.name for path in stored(folder)} == {photo.sha256, found.thumbnail}
    await assert_agree(home.client, home.pool, demand)


async def test_every_act_that_may_brings_files_and_the_audit_finds_them(
    home: House, keeps: Depot
) -> None:
    demand = await home.planned()
    await home.act(demand, "u20", "ask_co_handling", unit="U21", request="请协助停电施工")
    brought: list[str] = []
    acts: list[tuple[str, str, dict[str, Any]]] = [
        ("s04", "report_progress", {"text": "已踏勘"}),
        ("s04", "complete_milestone", {"milestone": 1}),
        ("u21", "report_co_handling", {"text": "已排期"}),
        ("u21", "finish_co_handling", {"text": "已停电"}),
        (THE_ENTERPRISE, "supply_material", {}),
        ("bureau1", "supply_material", {"text": "代交", "call_note": "3月5日电话"}),
        ("u20", "resolve", {"outcome": Outcome.PARTLY_SOLVED, "text": "已临时供电"}),
    ]
    for number, (who, kind, fields) in enumerate(acts):
        form = await keeps.take_in(files.PDF + b"%%EOF" * number, f"{number}.pdf", who)
        given = fields | {"attachments": as_named([form])}
        accepted = await home.act(demand, who, kind, **given)
        assert getattr(accepted.answer.events[0].event, "attachments", None) == (form,), kind
        brought.append(form.sha256)
    for digest in brought:
        assert await of_demand(home.pool, demand, digest) is not None
    await assert_agree(home.client, home.pool, demand)


async def test_the_same_content_is_stored_once_and_is_each_bearer_s(
    home: House, keeps: Depot, folder: Path
) -> None:
    first = await keeps.take_in(files.PDF, "申请表.pdf", "s04")
    again = await keeps.take_in(files.PDF, "another.pdf", THE_ENTERPRISE)
    assert first.sha256 == again.sha256
    assert (first.name, again.name) == ("申请表.pdf", "another.pdf")
    assert len(stored(folder)) == 1
    assert await home.pool.fetchval("SELECT count(*) FROM attachments") == 1
    for who in ("s04", THE_ENTERPRISE):
        assert await draft_of(home.pool, who, first.sha256) is not None
    assert await draft_of(home.pool, "u20", first.sha256) is None


async def test_ten_at_once_store_it_once(home: House, keeps: Depot, folder: Path) -> None:
    photo = files.photo()
    taken = await asyncio.gather(*(keeps.take_in(photo, "x.jpg", "s04") for _ in range(10)))
    assert len(set(taken)) == 1
    assert len(stored(folder)) == 2


# ---- what nobody may --------------------------------------------------------------------------


async def test_what_was_never_brought_cannot_be_attached(home: House, keeps: Depot) -> None:
    demand = await home.planned()
    theirs = await keeps.take_in(files.PDF, "机密.pdf", THE_ENTERPRISE)
    unknown = [
        [{"sha256": "ab" * 32, "name": "x.pdf"}],
        [{"sha256": "AB" * 32, "name": "x.pdf"}],
        [{"sha256": "' OR 1=1 --\x00", "name": "x.pdf"}],
        [{"name": "x.pdf", "sha256": ""}],
        as_named([theirs]),
    ]
    for attachments in unknown:
        reporting = home.act(demand, "s04", "report_progress", text="x", attachments=attachments)
        assert await refusal(reporting) == "unknown_attachment"
    wrong: list[Any] = ["ab" * 32, {"sha256": theirs.sha256}, [theirs.sha256], [{"sha256": 7}]]
    wrong.append(as_named([theirs]) * 10)
    for attachments in wrong:
        reporting = home.act(demand, "s04", "report_progress", text="x", attachments=attachments)
        assert await refusal(reporting) in ("invalid_input", "unknown_attachment")
    assert (await home.state(demand)).percent == 0
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0


async def test_size_type_and_name_are_not_the_caller_s_to_invent(home: House, keeps: Depot) -> None:
    demand = await home.planned()
    form = await keeps.take_in(files.PDF, "表.pdf", "s04")
    told = {"sha256": form.sha256, "name": "../x\u202efdp.html", "media_type": "text/html"}
    named = [told | {"size": 1, "width": 9, "height": 9}]
    accepted = await home.act(demand, "s04", "report_progress", text="x", attachments=named)
    found = getattr(accepted.answer.events[0].event, "attachments", ())
    expected = form.model_copy(update={"name": "xfdp.html.pdf"})
    assert found == (Attachment.model_validate(expected),)


async def test_a_file_is_found_by_the_demand_that_names_it_only(home: House, keeps: Depot) -> None:
    demand, other = await home.planned(), await home.planned("另一件需求，请协调解决。")
    form = await keeps.take_in(files.PDF, "表.pdf", "s04")
    await home.act(demand, "s04", "report_progress", text="x", attachments=as_named([form]))
    said = f'"sha256":"{form.sha256}"'
    await home.act(other, "s04", "report_progress", text=said)
    assert await of_demand(home.pool, demand, form.sha256) is not None
    assert await of_demand(home.pool, other, form.sha256) is None
    for digest in ("", "%", form.sha256.upper(), form.sha256 + "\x00", "../" + form.sha256):
        assert await of_demand(home.pool, demand, digest) is None
    assert await of_demand(home.pool, demand + "\x00", form.sha256) is None


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("u20", "not_authorized"),
        ("s04", "not_authorized"),
        ("s04m", "not_authorized"),
        ("u21", "not_authorized"),
        ("bureau1", "call_note_missing"),
        ("enterprise:91530181MA6K00072P", "not_authorized"),
        ("nobody", "unknown_account"),
    ],
)
async def test_nobody_else_supplies_material(home: House, who: str, code: str) -> None:
    demand = await home.planned()
    assert await refusal(home.act(demand, who, "supply_material", text="x")) == code


async def test_material_is_supplied_until_the_demand_ends_and_moves_nothing(home: House) -> None:
    demand = await home.demand()
    for kind, who, fields in (
        ("assign", "bureau1", {"unit": "U20", "squad": "S04"}),
        ("claim", "u20", {"responsible_leader": "分管副局长", "handler": "u20"}),
        ("plan", "u20", {"summary": "x"}),
        ("resolve", "u20", {"outcome": "explained", "text": "x"}),
    ):
        before = await home.state(demand)
        accepted = await home.act(demand, THE_ENTERPRISE, "supply_material", text="补充")
        ignored = {"changed_at", "custody"}
        assert accepted.state.model_dump(exclude=ignored) == before.model_dump(exclude=ignored)
        await home.act(demand, who, kind, **fields)
    await home.act(demand, THE_ENTERPRISE, "evaluate", score=5)
    supplying = home.act(demand, THE_ENTERPRISE, "supply_material", text="补充")
    assert await refusal(supplying) == "ended"


# ---- what is not as it was ----------------------------------------------------------------------


async def test_a_file_that_was_changed_on_disk_is_not_served_and_can_be_mended(
    home: House, keeps: Depot, folder: Path
) -> None:
    form = await keeps.take_in(files.PDF, "表.pdf", "s04")
    found = await draft_of(home.pool, "s04", form.sha256)
    assert found is not None
    (path,) = stored(folder)
    path.write_bytes(files.PDF.replace(b"Catalog", b"Changed"))
    assert await refusal(keeps.content(found)) == "attachment_altered"
    assert await refusal(keeps.thumbnail(found)) == "attachment_altered"
    path.unlink()
    assert await refusal(keeps.content(found)) == "attachment_missing"
    await keeps.take_in(files.PDF, "表.pdf", "s04")
    assert await keeps.content(found) == files.PDF


async def test_a_kill_between_storing_and_command_leaves_only_a_file(
    home: House, stack: StackInfo, folder: Path
) -> None:
    demand = await home.planned()
    before = await reads.events(home.pool, demand)
    env = environment(home.settings, stack.temporal)
    command = (sys.executable, "-c", _STORES_AND_DIES)
    dying = await asyncio.create_subprocess_exec(*command, env=env, cwd=PROJECT)
    assert await asyncio.wait_for(dying.wait(), 60) == -signal.SIGKILL
    (path,) = stored(folder)
    assert path.read_bytes() == files.PDF
    assert await reads.events(home.pool, demand) == before
    assert await of_demand(home.pool, demand, path.name) is None
    assert await draft_of(home.pool, "s04", path.name) is not None
    assert await home.pool.fetchval("SELECT count(*) FROM intents") == 0


_STORES_AND_DIES = """
import asyncio, os, signal
from runtime.settings import Settings
from starter.attachments.depot import depot
from starter.connections import ledger_only
from tests.support import files

async def main():
    async with ledger_only(Settings()) as pool:
        await depot(Settings(), pool).take_in(files.PDF, "表.pdf", "s04")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "空.pdf", "attachment_empty"),
        (b"<html><script>alert(1)</script></html>", "照片.jpg", "attachment_type"),
        (files.photo()[:2000], "x.jpg", "attachment_damaged"),
        (files.png_header(50_000, 50_000), "大.png", "attachment_pixels"),
        (files.PDF.ljust(2001, b"\n"), "长" * 10_000, "attachment_too_large"),
    ],
)
async def test_what_is_refused_leaves_nothing(
    home: House, folder: Path, content: bytes, name: str, code: str
) -> None:
    settings = home.settings.model_copy(update={"attachment_bytes": max(2000, len(files.photo()))})
    if code == "attachment_too_large":
        settings = settings.model_copy(update={"attachment_bytes": 2000})
    taking = depot(settings, home.pool).take_in(content, name, "s04")
    assert await refusal(taking) == code
    assert stored(folder) == []
    assert await home.pool.fetchval("SELECT count(*) FROM attachments") == 0


async def test_a_store_that_cannot_be_used_says_so(home: House, tmp_path: Path) -> None:
    taken = tmp_path / "a-file"
    taken.write_text("x")
    settings = home.settings.model_copy(update={"attachments": str(taken)})
    with pytest.raises(SystemUnreachable) as failed:
        depot(settings, home.pool)
    assert failed.value.facts["part"] == "attachments"


async def test_what_is_known_of_a_file_cannot_be_changed_by_our_role(
    home: House, keeps: Depot
) -> None:
    await keeps.take_in(files.PDF, "表.pdf", "s04")
    for change in ("UPDATE attachments SET size = 1", "DELETE FROM attachments"):
        with pytest.raises(Exception, match="permission denied"):
            await home.pool.execute(change)


# ---- the command line ---------------------------------------------------------------------------


@pytest.fixture
def cli(
    home: House,
    stack: StackInfo,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cli]:
    with Cli.against(home.settings, stack.temporal, capsys, monkeypatch) as made:
        yield made


async def test_files_are_attached_by_command(cli: Cli, home: House, tmp_path: Path) -> None:
    demand = await home.planned()
    photo, form = tmp_path / "现场.jpg", tmp_path / "申请表.pdf"
    photo.write_bytes(files.photo())
    form.write_bytes(files.PDF)
    both = ("--attach", str(photo), "--attach", str(form))
    for act in (
        ("progress", demand, "--text", "已踏勘", *both, "--as", "s04"),
        ("milestone", demand, "1", "--attach", str(photo), "--as", "s04"),
        ("material", demand, "--text", "已盖章", *both, "--as", THE_ENTERPRISE),
        ("material", demand, "--attach", str(form), "--call-note", "来电", "--as", "bureau1"),
        ("resolve", demand, "--outcome", "部分解决", "--text", "x", *both, "--as", "u20"),
    ):
        assert (await cli.done(*act))["recorded"]
    shown = (await cli("demand", "show", demand)).out
    assert "企业补充了材料" in shown
    assert shown.count("附件：现场.jpg、申请表.pdf") == 3
    inbox = (await cli("inbox", "--as", "u20")).out
    assert "企业补充了材料" in inbox


async def test_what_is_wrong_with_a_file_is_said(cli: Cli, home: House, tmp_path: Path) -> None:
    demand = await home.planned()
    page = tmp_path / "照片.jpg"
    page.write_text("<html></html>")
    act = ("progress", demand, "--text", "x", "--as", "s04")
    assert await cli.refused(*act, "--attach", str(page)) == "attachment_type"
    said = await cli(*act, "--attach", str(page))
    assert said.err.startswith("未办理：文件 照片.jpg 的内容不是可以上传的类型。")
    assert await cli.refused(*act, "--attach", str(tmp_path / "没有.pdf")) == "file_unusable"
    assert (await cli(*act, *("--attach", str(page)) * 10)).code == 2
    assert await cli.refused("material", demand, "--as", THE_ENTERPRISE) == "nothing_supplied"
