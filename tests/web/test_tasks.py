"""My tasks: what waits for whom, in groups, with the way to the next step's form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.actors import Actor
from domain.rules import Clock
from domain.state import DemandState
from domain.tasks import tasks_for
from ledger import reads
from ledger.waiting import Waiting
from tests.support.house import House
from tests.support.web import Site
from web.task_list import cards_of

EVERYBODY = ("bureau1", "u00", "u20", "u10", "s04", "s04m", "leader-ne", "committee", "auditor1")


async def shown(site: Site, account: str, path: str = "/tasks") -> str:
    async with site.as_account(account) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_the_next_step_is_one_tap_away(site: Site, home: House) -> None:
    demand = await home.planned()
    captain = await shown(site, "s04")
    assert f'href="/demands/{demand}/acts/hand"' in captain
    assert f'href="/demands/{demand}"' in captain
    assert "待分派：请交给队员" in captain
    assert "还剩" in captain

    await home.act(demand, "s04", "hand", to="s04m")
    assert f'href="/demands/{demand}/acts/report_progress"' in await shown(site, "s04m")
    assert demand not in await shown(site, "s04")


async def test_the_unit_reports_until_all_is_done_and_then_resolves(
    site: Site, home: House
) -> None:
    demand = await home.planned()
    assert f'href="/demands/{demand}/acts/report_progress"' in await shown(site, "u20")
    for number in (1, 2):
        await home.act(demand, "u20", "complete_milestone", milestone=number)
    assert f'href="/demands/{demand}/acts/resolve"' in await shown(site, "u20")


async def test_nothing_to_do_is_said_kindly_and_others_have_no_such_page(site: Site) -> None:
    assert "现在没有等您办理的事" in await shown(site, "s04m")
    async with site.as_account("auditor1") as client:
        assert (await client.get("/tasks")).status_code == 404


async def test_a_live_page_fetches_the_list_alone(site: Site, home: House) -> None:
    await home.demand()
    fragment = await shown(site, "bureau1", "/tasks?block=tasks&shown=50")
    assert "<html" not in fragment
    assert 'hx-get="/tasks?block=tasks&amp;shown=50"' in fragment


async def test_fifty_at_first_and_more_on_asking(site: Site, home: House) -> None:
    for number in range(3):
        await home.demand(f"第 {number} 件需求")
    page = await shown(site, "bureau1", "/tasks?shown=2")
    assert page.count('class="panel task') == 2
    assert 'href="/tasks?shown=52#task-3"' in page
    assert "再看 50 件（还有 1 件）" in page


async def test_what_is_late_comes_first_under_its_own_heading(home: House) -> None:
    demand, other = await home.demand("先到期"), await home.demand("另一件")
    await home.act(other, "bureau1", "amend", urgency="major")
    actor = (await home.gateway.resolver()).actor("bureau1")
    due = (await home.state(demand)).clock(Clock.ASSIGN)
    assert due is not None
    soon = due.due - timedelta(minutes=1)
    groups, _ = await cards_of(home.pool, actor, datetime.now(UTC), soon, 50)
    assert [(group.group, group.count) for group in groups] == [("later", 2)]
    groups, _ = await cards_of(home.pool, actor, datetime.now(UTC), due.due, 50)
    assert [(group.group, group.count) for group in groups] == [("soon", 2)]
    late = due.due + timedelta(hours=2)
    groups, count = await cards_of(home.pool, actor, late, late, 50)
    assert [(group.group, group.count, count) for group in groups] == [("overdue", 2, 2)]
    first = groups[0].shown[0]
    assert first.demand == other, "of two that are equally late, the major one"
    assert first.colour == "red"
    assert "已逾期" in first.by


async def test_nobody_misses_a_task_for_the_sake_of_speed(home: House) -> None:
    listed, claimed = await home.demand("列单"), await home.claimed("认领")
    resolved, planned = await home.resolved("办结"), await home.planned("方案")
    await home.act(claimed, "u20", "ask_extension", more="3wd", reason="设备未到货")
    await home.act(planned, "u20", "ask_co_handling", unit="U10", request="请协助查勘")
    await home.act(planned, "leader-ne", "instruct", text="抓紧")
    actors = [(await home.gateway.resolver()).actor(account) for account in EVERYBODY]
    waiting = Waiting(home.pool)

    async def as_reckoned(actor: Actor) -> set[tuple[str, str]]:
        states: list[DemandState] = [await home.state(d) for d in (listed, claimed, resolved)]
        states.append(await home.state(planned))
        return {(t.demand, t.kind.value) for state in states for t in tasks_for(actor, state)}

    async def all_agree() -> None:
        for actor in actors:
            expected = await as_reckoned(actor)
            assert {(t.demand, t.kind.value) for t in await waiting.of(actor)} == expected
            read = await reads.tasks(home.pool, actor, datetime.now(UTC))
            assert {(t.demand, t.kind.value) for t, _ in read} == expected

    await all_agree()
    await home.act(claimed, "bureau1", "grant_extension")
    await home.act(planned, "u10", "accept_co_handling")
    await home.act(planned, "u10", "finish_co_handling", text="已查勘")
    await home.act(listed, "bureau1", "assign", unit="U10", squad="S04")
    await all_agree()
