"""The pages of a demand show its handlers that the enterprise has spoken, and no word of it."""

from __future__ import annotations

import pytest

from tests.support.house import ENTERPRISE, House
from tests.support.web import Site

THEM = f"enterprise:{ENTERPRISE.uscc}"
MARK = "办事拖沓、从不回电"
SEALED_TEXT = "销号前对承办方保密"


async def reopened(home: House) -> str:
    demand = await home.planned()
    await home.act(demand, "u20", "resolve", outcome="partly_solved", text="临时供电")
    await home.act(demand, THEM, "evaluate", score=1, comment=MARK)
    return demand


async def pages(site: Site, account: str, demand: str) -> dict[str, str]:
    """The demand's page, its fragments, what a stale form shows, and where it is listed."""
    paths = [
        f"/demands/{demand}",
        *(f"/demands/{demand}?block={block}" for block in ("standing", "story", "other_acts")),
        f"/demands/{demand}/moved?seen=0",
        *(f"/demands/{demand}/acts/{act}" for act in ("plan", "hand", "contact")),
        "/tasks",
    ]
    async with site.as_account(account) as client:
        return {path: (await client.get(path)).text for path in paths}


@pytest.mark.parametrize("who", ["u20", "s04", "s04m"])
async def test_a_handler_sees_that_there_is_a_word_and_not_which(
    site: Site, home: House, who: str
) -> None:
    demand = await reopened(home)
    found = await pages(site, who, demand)
    assert not [path for path, text in found.items() if MARK in text]
    assert SEALED_TEXT in found[f"/demands/{demand}?block=story"]

    await home.act(demand, THEM, "withdraw", reason="已自行解决")
    assert MARK in (await pages(site, who, demand))[f"/demands/{demand}"]


async def test_the_bureau_reads_it_at_once(site: Site, home: House) -> None:
    demand = await reopened(home)
    assert MARK in (await pages(site, "bureau1", demand))[f"/demands/{demand}"]
