"""Links for enterprises: who makes them, what they open, and what ends them."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from starter.access import links
from starter.access.secrets import signer
from tests.support.house import ENTERPRISE
from tests.support.web import Site


async def link_to(site: Site, demand: str, days: int = 30) -> str:
    """A new link's address, without the host."""
    made = await links.make(site.home.pool, demand, ENTERPRISE.uscc, "bureau1", days)
    return links.address(await signer(site.home.pool), "", made)


async def entered(site: Site, demand: str) -> tuple[httpx2.AsyncClient, str]:
    """An enterprise that has opened its link; the address of its page."""
    guest = await site.guest()
    answer = await guest.get(await link_to(site, demand))
    assert answer.status_code == 303, answer.text
    return guest, answer.headers["location"]


async def test_a_clerk_makes_a_link_from_the_demand_and_the_enterprise_opens_it(site: Site) -> None:
    demand = await site.home.demand()
    clerk = await site.client("bureau1")
    form = (await site.page(clerk, f"/demands/{demand}")).form(f"/demands/{demand}/links")
    assert form.value("days") == "30"
    answer = await site.send(clerk, form, days="7")
    await site.follow(clerk, answer)
    address = (await clerk.get(answer.headers["location"])).text.partition(">http")[2]
    token = address[address.index("/e/") :].partition("<")[0]
    code = await clerk.get(answer.headers["location"] + "/qr.svg")
    assert code.headers["content-type"].startswith("image/svg+xml")
    assert "style" not in code.text
    printed = await site.page(clerk, answer.headers["location"] + "/print")
    assert "扫描二维码" in printed.text
    guest = await site.guest()
    entering = await guest.get(token)
    assert entering.status_code == 303
    assert token.removeprefix("/e/") not in entering.headers["location"]
    cookie = entering.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert f"Path={entering.headers['location']}" in cookie
    assert "SameSite=lax" in cookie
    page = await site.page(guest, entering.headers["location"])
    assert "生产用水压力不足" in page.text
    overview = await site.page(clerk, "/links")
    assert "打开 1 次" in overview.text


async def test_who_handles_a_demand_neither_sees_nor_makes_its_link(site: Site) -> None:
    """A link speaks for the enterprise, and opens what is sealed from those who handle it."""
    demand = await site.home.claimed()
    clerk = await site.client("bureau1")
    form = (await site.page(clerk, f"/demands/{demand}")).form(f"/demands/{demand}/links")
    made = (await site.send(clerk, form)).headers["location"]
    for account in ("u20", "s04", "s04m", "u00", "auditor1", "leader-ne"):
        person = await site.client(account)
        if (seen := await person.get(f"/demands/{demand}")).status_code == 200:
            assert "/links" not in seen.text, account
        for path in ("", "/qr.svg", "/print"):
            assert (await person.get(made + path)).status_code == 404, account
        for path in (f"/demands/{demand}/links", made + "/revoke"):
            assert (await person.post(path, data={})).status_code in (403, 404), account
        assert (await person.get("/links")).status_code == 404, account
    assert len(await links.of_demand(site.home.pool, demand)) == 1


async def test_a_link_shows_under_its_own_demand_only(site: Site) -> None:
    one, other = (
        await site.home.demand(),
        await site.home.demand("另一件事，需要协调道路。", number=2),
    )
    clerk = await site.client("bureau1")
    made = await clerk.post(f"/demands/{one}/links", data={})
    link = made.headers["location"].rpartition("/")[2]
    for path in ("", "/qr.svg", "/print"):
        assert (await clerk.get(f"/demands/{other}/links/{link}{path}")).status_code == 404
    assert (await clerk.post(f"/demands/{other}/links/{link}/revoke")).status_code == 404
    assert len(await links.of_demand(site.home.pool, one)) == 1


async def test_what_is_revoked_is_gone_at_once(site: Site) -> None:
    demand = await site.home.demand()
    guest, home = await entered(site, demand)
    await site.page(guest, home)
    clerk = await site.client("bureau1")
    answer = await clerk.post(f"/demands/{demand}/links/{home.removeprefix('/my/')}/revoke")
    assert answer.status_code == 303
    for path in (home, f"{home}/withdraw", f"{home}/live"):
        closed = await guest.get(path)
        assert closed.status_code == 410, path
    assert "已停用" in closed.text
    refused = await guest.post(f"{home}/withdraw", data={"reason": "不用了", "sure": "yes"})
    assert refused.status_code == 410
    assert (await site.home.state(demand)).status.value == "listed"


async def test_an_open_page_whose_link_is_revoked_leaves_by_itself(site: Site) -> None:
    demand = await site.home.demand()
    guest, home = await entered(site, demand)
    await links.revoke(site.home.pool, demand, None, "bureau1")
    fragment = await guest.get(f"{home}?block=standing", headers={"hx-request": "true"})
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (204, home)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("expires_at = clock_timestamp()", "已过期"),
        ("revoked_at = clock_timestamp()", "已停用"),
    ],
)
async def test_a_link_that_is_over_says_whom_to_call(site: Site, change: str, words: str) -> None:
    demand = await site.home.demand()
    address = await link_to(site, demand)
    await site.home.pool.execute(f"UPDATE enterprise_links SET {change} WHERE demand = $1", demand)
    guest = await site.guest()
    closed = await guest.get(address)
    assert closed.status_code == 410
    assert words in closed.text
    assert "服务中心" in closed.text


async def test_a_link_ends_some_time_after_its_demand(site: Site) -> None:
    demand = await site.home.closed()
    guest, home = await entered(site, demand)
    assert "已完成" in (await site.page(guest, home)).text
    long_ago = links.AFTER_THE_END + timedelta(days=1)
    await site.home.pool.execute(
        "UPDATE demands SET changed_at = changed_at - $2::interval WHERE demand = $1",
        demand,
        long_ago,
    )
    assert (await guest.get(home)).status_code == 410


async def test_nobody_enters_by_a_token_of_their_own_making(site: Site) -> None:
    demand = await site.home.demand()
    address = await link_to(site, demand)
    token = address.removeprefix("/e/")
    row, _, signature = token.partition(".")
    guest = await site.guest()
    other = (await signer(site.home.pool)).token("activate", "0" * 16)
    for made in (token[:-2] + "AA", row, f"{row}.", f".{signature}", token + "x", "%00", other):
        answer = await guest.get(f"/e/{made}")
        assert answer.status_code == 404, made
        assert "set-cookie" not in answer.headers


async def test_a_cookie_opens_its_own_link_and_no_other(site: Site) -> None:
    one = await site.home.demand()
    other = await site.home.demand("另一件事，需要协调道路。", number=2)
    guest, home = await entered(site, one)
    _, elsewhere = await entered(site, other)
    token = guest.cookies.get("lianban_link")
    headers = {"cookie": f"lianban_link={token}"}
    bare = await site.guest()
    assert (await bare.get(home, headers=headers)).status_code == 200
    for path in (elsewhere, f"{elsewhere}/withdraw", "/my/0000000000000000", "/my/%00"):
        assert (await bare.get(path, headers=headers)).status_code == 403, path
    without = await bare.get(home)
    assert without.status_code == 403
    assert "请重新打开链接" in without.text


async def test_a_link_does_not_sign_in(site: Site) -> None:
    demand = await site.home.demand()
    guest, _ = await entered(site, demand)
    for path in (f"/demands/{demand}", "/demands", "/links", f"/live?demand={demand}"):
        assert (await guest.get(path)).status_code == 303, path
