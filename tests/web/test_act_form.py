"""The form of an act over HTTP: what is submitted twice, and what came between."""

from __future__ import annotations

from tests.support.house import House
from tests.support.pages import Page
from tests.support.web import Site


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
