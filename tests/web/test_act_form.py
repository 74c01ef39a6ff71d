"""The form of an act over HTTP: what is submitted twice, and what came between."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from domain.actors import CLOCK
from domain.calendar import PARK_TIME
from domain.chain import parse_event
from domain.sealing import SeenEvent
from tests.support.house import House
from tests.support.pages import Page
from tests.support.web import Site
from web.demand_view import Happening
from web.since import blocking

GOLDEN = Path(__file__).parents[1] / "golden"


async def test_a_form_that_comes_twice_is_one_command(home: House, site: Site) -> None:
    demand = await home.planned()
    captain = await site.client("s04")
    page = await site.page(captain, f"/demands/{demand}/acts/report_progress")
    form = page.form(f"/demands/{demand}/acts/report_progress")
    before = await site.count_events(demand)
    for _ in range(2):
        answer = await site.send(captain, form, text="已完成电缆敷设")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/demands/{demand}")
    assert await site.count_events(demand) == before + 1


async def test_progress_that_others_made_is_not_taken_back(home: House, site: Site) -> None:
    demand = await home.planned()
    unit = await site.client("u20")
    path = f"/demands/{demand}/acts/report_progress"
    form = (await site.page(unit, path)).form(path)
    await home.act(demand, "s04", "report_progress", text="变压器已到货", percent=40)
    answer = await site.send(unit, form, text="已到现场")
    assert answer.status_code == 409
    again = Page(answer.text).form(path)
    assert (again.value("text"), again.value("percent")) == ("已到现场", "40")
    assert (await site.send(unit, again)).status_code == 303


async def test_what_is_refused_comes_back_with_what_was_typed(home: House, site: Site) -> None:
    demand = await home.planned()
    path = f"/demands/{demand}/acts/report_progress"
    unit = await site.client("u20")
    await home.act(demand, "s04", "report_progress", text="变压器已到货", percent=40)
    before = await site.count_events(demand)
    answer = await site.send(unit, (await site.page(unit, path)).form(path), text="", percent="30")
    assert answer.status_code == 422
    again = Page(answer.text)
    assert again.form(path).value("percent") == "30"
    assert await site.count_events(demand) == before


async def test_a_lost_answer_is_no_second_command_and_other_content_is_said_so(
    home: House, site: Site
) -> None:
    demand = await home.planned()
    path = f"/demands/{demand}/acts/report_progress"
    unit = await site.client("u20")
    form = (await site.page(unit, path)).form(path)
    asked = f"{path}/taken?command_id={form.value('command_id')}"
    assert (await unit.get(asked)).json() == {"taken": False}
    assert (await site.send(unit, form, text="已到现场")).status_code == 303
    before = await site.count_events(demand)
    assert (await unit.get(asked)).json() == {"taken": True}
    async with site.as_account("s04") as captain:
        others = await captain.get(asked)
        assert others.json() == {"taken": False}, "nobody asks about others' commands"

    changed = await site.send(unit, form, text="已到现场，并改了几个字")
    assert changed.status_code == 422
    assert "您上次的提交已经办理" in changed.text
    assert await site.count_events(demand) == before
    again = Page(changed.text).form(path)
    assert again.value("command_id") != form.value("command_id")
    assert again.value("text") == "已到现场，并改了几个字"
    assert (await site.send(unit, again)).status_code == 303
    assert await site.count_events(demand) == before + 1


async def test_what_ended_the_demand_and_is_sent_again_was_done(home: House, site: Site) -> None:
    demand = await home.demand()
    path = f"/demands/{demand}/acts/reject"
    bureau = await site.client("bureau1")
    form = (await site.page(bureau, path)).form(path)
    for _ in range(2):
        answer = await site.send(bureau, form, reason="不属于园区事项")
        assert answer.status_code == 303
        assert "acted~event.rejected" in answer.headers["set-cookie"]


async def test_our_script_is_told_where_to_go(home: House, site: Site) -> None:
    demand = await home.planned()
    path = f"/demands/{demand}/acts/report_progress"
    unit = await site.client("u20")
    form = (await site.page(unit, path)).form(path)
    sent = form.filled({"text": "已到现场"})
    by_script = {"x-lianban-form": "sent"}
    answer = await unit.post(path, data=sent, headers=by_script)
    assert (answer.status_code, answer.json()) == (200, {"to": f"/demands/{demand}"})
    assert "已办理：填报了进展" in (await unit.get(f"/demands/{demand}")).text
    stale = await unit.post(path, data={**sent, "command_id": "other"}, headers=by_script)
    assert stale.status_code == 409
    assert 'class="act-box"' in stale.text


async def test_a_reminder_that_came_meanwhile_stops_nobody() -> None:
    lines = (GOLDEN / "format-2.jsonl").read_text(encoding="utf-8").splitlines()
    events = [parse_event(json.loads(json.loads(line)["body"])["event"]) for line in lines]
    happened = {
        event.kind: happening_of(event.model_copy(update={"by": CLOCK})) for event in events
    }
    for kind in ("reminded", "chased", "became_overdue", "escalated", "criticised"):
        assert not blocking([happened[kind]])
    for kind in ("evaluated", "reopened", "progress_reported", "calendar_adopted"):
        assert blocking([happened["reminded"], happened[kind]])
    by_hand = next(event for event in events if event.kind == "supervised")
    assert blocking([happening_of(by_hand)])


def happening_of(event: SeenEvent) -> Happening:
    return Happening(1, event.at, event.kind, "", "", "", "", "", "", event)


async def test_the_leader_whom_a_unit_named_is_suggested_again(home: House, site: Site) -> None:
    await home.claimed()
    demand = await home.demand("第二件需求")
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")
    unit = await site.client("u20")
    path = f"/demands/{demand}/acts/claim"
    form = (await site.page(unit, path)).form(path)
    assert form.value("responsible_leader") == "分管副局长"
    await site.follow(unit, await site.send(unit, form, responsible_leader="局长"))
    third = await home.demand("第三件需求")
    await home.act(third, "bureau1", "assign", unit="U20", squad="S04")
    page = (await unit.get(f"/demands/{third}/acts/claim")).text
    assert 'value="局长"' in page
    assert '<option value="分管副局长">' in page


async def test_a_link_may_say_which_milestone_it_is_about(home: House, site: Site) -> None:
    demand = await home.planned()
    unit = await site.client("u20")
    path = f"/demands/{demand}/acts/complete_milestone"
    assert (await site.page(unit, path)).form(path).value("milestone") == "1"
    assert (await site.page(unit, f"{path}?chosen=2")).form(path).value("milestone") == "2"
    assert f"{path}?chosen=2" in (await unit.get(f"/demands/{demand}")).text


async def test_whoever_was_signed_out_comes_back_to_the_form(home: House, site: Site) -> None:
    demand = await home.planned()
    path = f"/demands/{demand}/acts/report_progress"
    async with site.visitor() as nobody:
        answer = await nobody.post(path, data={"text": "已到现场"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?back={path}")


async def test_days_that_make_no_sense_are_not_offered(home: House, site: Site) -> None:
    demand = await home.planned()
    await home.act(demand, "u20", "report_progress", text="已踏勘", percent=40)
    today = datetime.now(PARK_TIME).date()
    async with site.as_account("u20") as unit:
        pause = (await unit.get(f"/demands/{demand}/acts/pause")).text
        assert f'min="{today}"' in pause
        resolve = (await unit.get(f"/demands/{demand}/acts/resolve")).text
        assert f'min="{today + timedelta(days=1)}"' in resolve
        report = (await unit.get(f"/demands/{demand}/acts/report_progress")).text
        assert 'min="40"' in report
