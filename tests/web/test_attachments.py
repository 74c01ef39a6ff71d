"""Photos and files: chosen before the form or with it, refused in words, given back safely."""

from __future__ import annotations

import pytest

from tests.support.files import office, photo
from tests.support.house import House
from tests.support.pages import Page
from tests.support.web import Site

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def handed(home: House) -> str:
    demand = await home.planned()
    await home.act(demand, "s04", "hand", to="s04m")
    return demand


async def test_a_member_reports_with_a_photo_without_any_script(site: Site, home: House) -> None:
    demand = await handed(home)
    member = await site.client("s04m")
    page = await site.page(member, f"/demands/{demand}/acts/report_progress")
    files = [
        ("files", ("现场.jpg", photo(), "image/jpeg")),
        ("files", ("记录.docx", office("docx"), "text/html")),
    ]
    form = page.form(f"/demands/{demand}/acts/report_progress")
    answer = await site.send(member, form, text="已到现场", percent="40", files=files)
    await site.follow(member, answer)
    story = (await member.get(f"/demands/{demand}")).text
    events = await home.pool.fetch(
        "SELECT body::jsonb->'event' AS event FROM events WHERE demand=$1 ORDER BY seq DESC", demand
    )
    assert '"name": "现场.jpg"' in events[0]["event"]
    assert f"/demands/{demand}/attachments/" in story
    assert "/thumbnail" in story
    assert 'alt="填报了进展的照片：现场.jpg"' in story
    assert "记录.docx" in story


async def test_a_file_uploaded_before_is_its_bearers_until_an_event_names_it(
    site: Site, home: House
) -> None:
    demand = await handed(home)
    member, captain = await site.client("s04m"), await site.client("s04")
    taken = await member.post("/attachments", files={"file": ("现场.jpg", photo(), "image/jpeg")})
    assert taken.status_code == 200
    told = taken.json()
    for way in (told["address"], told["thumbnail"]):
        assert (await member.get(way)).status_code == 200
        assert (await captain.get(way)).status_code == 404
    of_demand = f"/demands/{demand}{told['address']}"
    assert (await member.get(of_demand)).status_code == 404, "no event names it yet"

    form = (await site.page(member, f"/demands/{demand}/acts/report_progress")).form(
        f"/demands/{demand}/acts/report_progress"
    )
    named = f"{told['sha256']} 现场照片.jpg"
    answer = await site.send(member, form, text="已到现场", attachment=named)
    await site.follow(member, answer)
    for account, status in (("s04", 200), ("u20", 200), ("bureau1", 200), ("u10", 404)):
        async with site.as_account(account) as client:
            assert (await client.get(of_demand)).status_code == status, account
            assert (await client.get(f"{of_demand}/thumbnail")).status_code == status, account
            assert (await client.get(told["address"])).status_code == 404, account
    other = await home.demand("另一件")
    async with site.as_account("bureau1") as client:
        assert (await client.get(f"/demands/{other}{told['address']}")).status_code == 404


async def test_files_come_back_with_headers_that_leave_nothing_to_execute(
    site: Site, home: House
) -> None:
    demand = await handed(home)
    async with site.as_account("s04m") as member:
        for name, content, shown, kind in (
            ("现场.jpg", photo(), "inline", "image/jpeg"),
            ("说明.pdf", PDF, "inline", "application/pdf"),
            ("表格 1.docx", office("docx"), "attachment", DOCX),
        ):
            told = (await member.post("/attachments", files={"file": (name, content)})).json()
            await home.act(
                demand,
                "s04m",
                "report_progress",
                text=name,
                attachments=[{"sha256": told["sha256"], "name": name}],
            )
            answer = await member.get(f"/demands/{demand}{told['address']}")
            headers = answer.headers
            assert headers["content-type"] == kind
            assert headers["content-disposition"].startswith(f"{shown}; filename*=UTF-8''")
            assert headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in headers["content-security-policy"]
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["cache-control"].startswith("private")
            assert name != "说明.pdf" or answer.content == PDF


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("页面.html", b"<script>alert(1)</script>", "页面.html"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg"),
        ("空.jpg", b"", "空.jpg"),
        ("坏.jpg", b"\xff\xd8\xff" + b"0" * 100, "坏.jpg"),
    ],
)
async def test_what_is_no_photo_and_no_document_is_refused_in_words(
    site: Site, home: House, name: str, content: bytes, said: str
) -> None:
    async with site.as_account("s04m") as member:
        refused = await member.post("/attachments", files={"file": (name, content)})
    assert refused.status_code == 422
    assert said in refused.json()["problem"]
    assert await home.pool.fetchval("SELECT count(*) FROM attachments") == 0


async def test_one_bad_file_keeps_what_was_typed_and_the_good_ones(site: Site, home: House) -> None:
    demand = await handed(home)
    member, before = await site.client("s04m"), await site.count_events(demand)
    where = f"/demands/{demand}/acts/report_progress"
    form = (await site.page(member, where)).form(where)
    files = [("files", ("好.jpg", photo())), ("files", ("坏.exe", b"MZ" + b"0" * 50))]
    answer = await site.send(member, form, text="已到现场", files=files)
    assert answer.status_code == 422
    assert await site.count_events(demand) == before
    assert "坏.exe" in answer.text
    assert "已到现场" in answer.text
    assert "好.jpg" in answer.text
    again = Page(answer.text).form(where)
    await site.follow(member, await site.send(member, again))
    assert await site.count_events(demand) == before + 1
    assert "好.jpg" in (await member.get(f"/demands/{demand}")).text


async def test_nobody_names_a_file_that_they_never_had(site: Site, home: House) -> None:
    demand = await handed(home)
    async with site.as_account("s04m") as member:
        told = (await member.post("/attachments", files={"file": ("a.jpg", photo())})).json()
    captain, before = await site.client("s04"), await site.count_events(demand)
    where = f"/demands/{demand}/acts/report_progress"
    form = (await site.page(captain, where)).form(where)
    for named in (f"{told['sha256']} a.jpg", f"{'0' * 64} b.jpg"):
        answer = await site.send(captain, form, text="不是我的", attachment=named)
        assert answer.status_code == 422
    assert await site.count_events(demand) == before


async def test_who_has_nothing_to_report_uploads_nothing(site: Site) -> None:
    async with site.as_account("admin") as client:
        refused = await client.post("/attachments", files={"file": ("a.jpg", photo())})
        assert refused.status_code == 404
    async with site.visitor() as stranger:
        refused = await stranger.post("/attachments", files={"file": ("a.jpg", photo())})
        assert refused.status_code == 303
        assert (await stranger.get("/attachments/" + "0" * 64)).status_code == 303
    async with site.as_account("s04m") as client:
        assert (await client.get("/attachments/%25")).status_code == 404
        assert (await client.get("/attachments/" + "0" * 64)).status_code == 404
        assert (await client.post("/attachments", data={"file": "text"})).status_code == 422
