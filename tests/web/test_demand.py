"""The demand's page: what comes first, whose next step is open, what is folded, who may see it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from domain.actors import CLOCK
from domain.chain import parse_event
from domain.values import Role
from tests.support.house import House
from tests.support.web import Site
from web.demand_view import Happening, parts_of

GOLDEN = Path(__file__).parents[1] / "golden" / "format-2.jsonl"
REMINDED = '"kind": "reminded"'


async def shown(site: Site, account: str, path: str, status: int = 200) -> str:
    async with site.as_account(account) as client:
        answer = await client.get(path)
    assert answer.status_code == status
    return answer.text


def next_step(html: str) -> str | None:
    """The act whose form is open on the page."""
    found = re.search(r'class="act-box" id="act-(\w+)"', html)
    return found.group(1) if found else None


async def test_a_phone_shows_standing_next_step_story_and_facts_in_this_order(
    site: Site, home: House
) -> None:
    demand = await home.planned()
    html = await shown(site, "s04m", f"/demands/{demand}")
    parts = ['id="standing"', 'id="act"', 'id="other-acts"', 'id="story"', 'class="stack side"']
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


async def test_the_form_of_what_waits_for_this_person_is_open(site: Site, home: House) -> None:
    listed, planned = await home.demand("列单"), await home.planned("方案")
    for account, demand, act in (
        ("bureau1", listed, "assign"),
        ("bureau1", planned, None),
        ("leader-ne", planned, None),
        ("s04", planned, "hand"),
        ("s04m", planned, "report_progress"),
        ("u20", planned, "report_progress"),
        ("auditor1", planned, None),
    ):
        assert next_step(await shown(site, account, f"/demands/{demand}")) == act, account
    bureau = await shown(site, "bureau1", f"/demands/{planned}")
    assert f'href="/demands/{planned}/acts/supervise"' in bureau, "still one tap away"
    await home.act(planned, "u20", "complete_milestone", milestone=1)
    await home.act(planned, "u20", "complete_milestone", milestone=2)
    assert next_step(await shown(site, "u20", f"/demands/{planned}")) == "resolve"


async def test_whose_form_is_open_has_no_second_button_for_it(site: Site, home: House) -> None:
    demand = await home.planned()
    page = await shown(site, "s04m", f"/demands/{demand}")
    button = f'href="/demands/{demand}/acts/report_progress"'
    assert button not in page
    fragment = f"/demands/{demand}?block=other_acts"
    assert button in await shown(site, "s04m", fragment)
    assert button not in await shown(site, "s04m", f"{fragment}&beside=report_progress")


async def test_other_peoples_demands_are_not_there(site: Site, home: House) -> None:
    demand = await home.planned()
    for path in ("", "?block=story", "/moved?seen=1", "/acts/report_progress"):
        await shown(site, "u10", f"/demands/{demand}{path}", 404)
        await shown(site, "s10", f"/demands/{demand}{path}", 404)
    await shown(site, "u10", f"/demands/{demand}/acts/report_progress/taken?command_id=x", 404)


async def test_a_long_plan_folds_what_is_done(site: Site, home: House) -> None:
    demand = await home.claimed()
    milestones = [{"title": f"节点{number}"} for number in range(1, 9)]
    await home.act(demand, "u20", "plan", summary="八步", milestones=milestones)
    for number in (1, 2, 3):
        await home.act(demand, "u20", "complete_milestone", milestone=number)
    html = await shown(site, "u20", f"/demands/{demand}")
    assert "已完成的节点 3 个" in html
    folded = html[html.index('id="done-milestones"') : html.index("</details>")]
    assert all(f"节点{number}" in folded for number in (1, 2, 3))
    assert "节点4" not in folded


async def test_english_is_whole(site: Site, home: House) -> None:
    demand = await home.planned()
    async with site.as_account("u20") as client:
        client.cookies.set("lianban_lang", "en")
        for path in (f"/demands/{demand}", f"/demands/{demand}/acts/resolve", "/tasks"):
            html = (await client.get(path)).text
            assert not re.findall(r"\bweb\.\w+", html), path
            assert "下一步" not in html


def test_reminders_in_a_row_are_one_line_of_the_timeline() -> None:
    story = [happening(6, True), happening(5, True), happening(4, False), happening(3, True)]
    parts = parts_of([*story, happening(2, False)])
    assert [(part.key, len(part.happenings), part.urging) for part in parts] == [
        (5, 2, True),
        (4, 1, False),
        (3, 1, False),
        (2, 1, False),
    ]


def happening(seq: int, by_clock: bool) -> Happening:
    line = next(
        line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if REMINDED in line
    )
    event = parse_event(json.loads(json.loads(line)["body"])["event"])
    actor = CLOCK if by_clock else event.by.model_copy(update={"role": Role.BUREAU})
    by = event.model_copy(update={"by": actor})
    return Happening(seq, event.at, event.kind, "", "", "", "", "", "", by)
