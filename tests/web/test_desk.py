"""The ledger of demands: who sees which, what is found, in which order, by which plan."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import asyncpg
from python_calamine import CalamineWorkbook

from domain.authority import may_read
from domain.scope import NOTHING, scope_of
from domain.state import DemandState
from domain.values import Enterprise
from ledger import demand_views
from ledger.demand_views import Instants, Order, View
from ledger.initials import fill_initials, initials_of
from ledger.pool import Pool
from tests.support.house import THE_ENTERPRISE, House
from tests.support.web import Site
from web.pages.desk import XLSX

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
AT = Instants(NOW, NOW + timedelta(days=1))
OTHER = Enterprise(uscc="91530181MA6K00002B", name="昆明重钢机械（安宁）有限公司")


def numbers(html: str) -> list[str]:
    """The demands of a page's table, in its order."""
    return re.findall(r'class="number" href="/demands/([^"]+)"', html)


async def test_the_bureau_finds_demands_by_number_enterprise_words_and_initials(
    site: Site, home: House
) -> None:
    water = await home.demand("生产用水压力不足，请协调解决。")
    power = await home.demand("新增变压器 900KVA，申请增容。", enterprise=OTHER)
    number = water.rpartition("-")[2]
    async with site.as_account("bureau1") as bureau:
        for typed, found in (
            ("", {water, power}),
            (water.lower(), {water}),
            (water.replace("-", "－"), {water}),
            (f"{home.prefix}-{int(number)}", {water}),
            ("裕能", {water}),
            ("水", {water}),
            ("变压器 ９００kva", {power}),
            ("YNYN", {water}),
            ("byq900", {power}),
            ("zgjx", {power}),
            ("变压器 裕能", set()),
            ("100%_", set()),
        ):
            page = await bureau.get("/demands", params={"q": typed})
            assert page.status_code == 200
            assert set(numbers(page.text)) == found, typed
        nothing = await bureau.get("/demands", params={"q": "100%_"})
    assert "没有符合条件的需求" in nothing.text


async def test_filters_narrow_the_view_and_stay_in_its_links(site: Site, home: House) -> None:
    listed = await home.demand("请协调解决停车位不足。", category="交通")
    claimed = await home.claimed()
    closed = await home.closed("请协助办理用地手续。")
    async with site.as_account("bureau1") as bureau:
        for query, found in (
            ("state=listed", {listed}),
            ("state=open", {listed, claimed}),
            ("state=listed&state=closed", {listed, closed}),
            ("unit=U20", {claimed, closed}),
            ("squad=S04&state=open", {claimed}),
            ("chain=NE&category=%E4%BA%A4%E9%80%9A", {listed}),
            ("urgency=major", set()),
            ("colour=yellow", {listed}),
            ("colour=green", {claimed}),
            ("colour=none", {closed}),
            ("colour=red", set()),
            (f"list={home.prefix}", {listed, claimed, closed}),
            ("list=AN-1999Q1", set()),
            ("state=nonsense&colour=pink&sort=up&page=x", {listed, claimed, closed}),
        ):
            page = await bureau.get(f"/demands?{query}")
            assert set(numbers(page.text)) == found, query
        page = await bureau.get("/demands?state=open&sort=changed&block=ledger")
        assert "<html" not in page.text
        assert 'data-address="/demands?state=open&amp;sort=changed"' in page.text
        assert "state=open&amp;sort=enterprise" in page.text


async def test_the_ledger_says_what_time_is_left(site: Site, home: House) -> None:
    demand = await home.claimed()
    await home.pool.execute("UPDATE demands SET overdue = true WHERE demand = $1", demand)
    async with site.as_account("u20") as unit:
        page = (await unit.get("/demands")).text
    assert numbers(page) == [demand]
    assert re.search(r"还剩 \d+ 个工作日", page)


EVERYBODY = ("bureau1", "u00", "u20", "u03", "s04", "s04m", "leader-ne", "committee", "auditor1")


async def test_everybody_sees_just_the_demands_that_they_may_read(home: House, pool: Pool) -> None:
    """Many demands as SQL has them, against `may_read` over each."""
    await _scatter(home, pool)
    rows = await pool.fetch("SELECT demand, state FROM demands")
    states = [(r["demand"], DemandState.model_validate_json(r["state"])) for r in rows]
    sizes = {}
    for account in EVERYBODY:
        actor = (await home.gateway.resolver()).actor(account)
        readable = {demand for demand, state in states if may_read(actor, state)}
        found = await demand_views.page(pool, scope_of(actor), View(), AT, 1000)
        assert {row["demand"] for row in found.rows} == readable, account
        assert found.total == len(readable)
        counts = await demand_views.counts(pool, scope_of(actor), AT)
        assert counts["everything"] == len(readable)
        sizes[account] = len(readable)
    assert 0 < sizes["s04"] < sizes["u00"] <= sizes["bureau1"] == 301, sizes
    nobody = await demand_views.page(pool, NOTHING, View(), AT, 1000)
    assert (nobody.rows, nobody.total) == ([], 0)


async def _scatter(home: House, pool: Pool, count: int = 300) -> None:
    """Copies of one demand with other chains, units, squads and helpers."""
    demand = await home.claimed()
    row = await pool.fetchrow("SELECT * FROM demands WHERE demand = $1", demand)
    assert row is not None
    resolver = await home.gateway.resolver()
    chains, units = resolver.directory.chains, resolver.directory.units
    helper = {"asked_at": "2026-11-02T01:00:00.000000Z", "request": "请协助"}
    copies = []
    for n in range(count):
        state = json.loads(row["state"])
        chain, squad = chains[n % len(chains)], f"S{n % 9:02}"
        unit, help_of = units[n % len(units)], units[n * 7 % len(units)]
        ended = n % 3 == 0
        state |= {
            "demand": f"{home.prefix}X-{n:03}",
            "chain": {"code": chain.code, "name": chain.name},
            "unit": {"code": unit.code, "name": unit.name} if n % 5 else None,
            "squad": {"code": squad, "name": squad} if n % 5 else None,
            "status": "closed" if ended else "claimed",
        }
        if n % 4 == 0:
            named = {"code": help_of.code, "name": help_of.name}
            state["co_handlings"] = [helper | {"unit": named, "by": state["handler"]}]
        copies.append(dict(row) | _columns(state, n) | {"state": json.dumps(state)})
    await pool.copy_records_to_table(
        "demands", records=[tuple(one.values()) for one in copies], columns=list(row.keys())
    )


def _columns(state: dict[str, object], number: int) -> dict[str, object]:
    unit, squad, chain = state["unit"], state["squad"], state["chain"]
    assert isinstance(chain, dict)
    return {
        "demand": state["demand"],
        "number": number,
        "status": state["status"],
        "open": state["status"] != "closed",
        "chain": chain["code"],
        "unit": unit["code"] if isinstance(unit, dict) else None,
        "squad": squad["code"] if isinstance(squad, dict) else None,
        "due_at": None if state["status"] == "closed" else NOW + timedelta(hours=number - 150),
    }


async def test_the_usual_view_sorts_nothing_and_looks_at_one_page(
    home: House, pool: Pool, owner: asyncpg.Connection
) -> None:
    await _scatter(home, pool, 3000)
    await owner.execute("VACUUM ANALYZE demands")
    plan = await owner.fetchval("EXPLAIN (FORMAT JSON) " + demand_views.sql("desk_page"), 50, 0)
    (root,) = json.loads(plan)
    kinds = list(_kinds(root["Plan"]))
    assert kinds == ["Limit", "Index Scan"], kinds


async def test_every_order_can_be_asked_for_and_pages_do_not_overlap(
    home: House, pool: Pool
) -> None:
    await _scatter(home, pool, 120)
    everything = scope_of((await home.gateway.resolver()).actor("bureau1"))
    for order in Order:
        seen: list[str] = []
        for offset in (0, 50, 100):
            found = await demand_views.page(pool, everything, View(order=order), AT, 50, offset)
            seen += [row["demand"] for row in found.rows]
            assert found.total == 121
        assert len(seen) == len(set(seen)) == 121, order
    by_due = await demand_views.page(pool, everything, View(), AT, 200)
    dues = [row["due_at"] for row in by_due.rows if row["due_at"] is not None]
    assert dues == sorted(dues)
    assert all(row["due_at"] is None for row in by_due.rows[len(dues) :])


def _kinds(plan: dict[str, object]) -> list[str]:
    parts = plan.get("Plans", [])
    assert isinstance(parts, list)
    return [str(plan["Node Type"]), *(kind for part in parts for kind in _kinds(part))]


async def test_initials_are_written_with_a_demand_and_filled_in_where_they_are_missing(
    home: House, pool: Pool
) -> None:
    demand = await home.demand("现正变压器 900KVA，重庆路口。")
    written = await pool.fetchval("SELECT initials FROM demands WHERE demand = $1", demand)
    assert written == "ynynxnydcyxgs xzbyq900kvacqlk"
    assert written == initials_of("云南裕能新能源电池有限公司", "现正变压器 900KVA，重庆路口。")
    await pool.execute("UPDATE demands SET initials = NULL")
    assert await fill_initials(pool) == 1
    assert await pool.fetchval("SELECT initials FROM demands WHERE demand = $1", demand) == written
    assert await fill_initials(pool) == 0


async def test_the_view_as_a_workbook_has_its_rows_and_nothing_that_a_spreadsheet_would_run(
    site: Site, home: House
) -> None:
    plain = await home.closed("请协调供电部门加快接入。")
    formula = await home.demand('=HYPERLINK("http://x.example","点这里")')
    async with site.as_account("bureau1") as bureau:
        answer = await bureau.get("/demands.xlsx", params={"sort": "list"})
        assert answer.headers["content-type"] == XLSX
        assert "attachment" in answer.headers["content-disposition"]
        some = await bureau.get("/demands.xlsx", params={"state": "listed"})
    rows = read_rows(answer.content)
    assert rows[0][:3] == ["编号", "状态", "时限事项"]
    by_number = {row[0]: row for row in rows[1:]}
    assert set(by_number) == {plain, formula}
    assert by_number[plain][1] == "已销号"
    assert "'=HYPERLINK" in by_number[formula][8]
    assert isinstance(by_number[formula][16], datetime)
    assert [row[0] for row in read_rows(some.content)[1:]] == [formula]
    assert b"<f>" not in sheet_xml(answer.content)
    async with site.as_account("s04") as squad:
        assert (await squad.get("/demands.xlsx")).status_code == 404


async def test_units_get_their_own_rows_in_the_workbook(site: Site, home: House) -> None:
    await home.demand("生产用水压力不足，请协调解决。")
    theirs = await home.resolved()
    await home.act(theirs, THE_ENTERPRISE, "evaluate", score=1, comment="一直没有人来现场")
    async with site.as_account("u20") as unit:
        content = (await unit.get("/demands.xlsx")).content
    assert [row[0] for row in read_rows(content)[1:]] == [theirs]
    assert "一直没有人来现场" not in sheet_xml(content).decode()


def read_rows(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
