"""Every page of the application, and who visits it: a page without a visit fails the test."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from starter import submissions
from starter.access import activations, links
from starter.submissions import Sent
from tests.support.house import ENTERPRISE, House
from tests.support.waiting import eventually
from tests.support.web import Site
from tests.web.test_lists import BAD, GOOD, uploaded, workbook


@dataclass(frozen=True)
class World:
    """A house in which something is going on: what addresses are filled in with."""

    home: House
    site: Site
    fills: dict[str, str]


@dataclass(frozen=True)
class Visit:
    """An address whose gaps `World.fills` fills; nobody signed in where `account` is empty."""

    account: str
    path: str


VISITS: dict[str, tuple[Visit, ...]] = {
    "/sign-in": (Visit("", "/sign-in"),),
    "/activate/{token}": (Visit("", "/activate/{activation}"), Visit("", "/activate/void")),
    "/account": (Visit("u20", "/account"),),
    "/tasks": (Visit("u20", "/tasks"), Visit("s04", "/tasks"), Visit("leader-ne", "/tasks")),
    "/accounts": (Visit("admin", "/accounts"),),
    "/accounts/{account}": (Visit("admin", "/accounts/u20"), Visit("admin", "/accounts/auditor1")),
    "/looks": (Visit("auditor1", "/looks"), Visit("admin", "/looks")),
    "/demands": (
        Visit("bureau1", "/demands"),
        Visit("bureau1", "/demands?q=nosuchword"),
        Visit("u20", "/demands"),
        Visit("auditor1", "/demands"),
    ),
    "/demands/assign": (Visit("bureau1", "/demands/assign?demand={listed}&demand={assigned}"),),
    "/register": (Visit("bureau1", "/register"),),
    "/register/{demand}": (Visit("bureau1", "/register/{listed}"),),
    "/inbox": (Visit("u20", "/inbox"), Visit("admin", "/inbox")),
    "/leader": (Visit("leader-ne", "/leader"), Visit("committee", "/leader")),
    "/lists": (Visit("bureau1", "/lists"),),
    "/messages": (Visit("bureau1", "/messages"), Visit("admin", "/messages?show=all")),
    "/messages/{number}": (Visit("bureau1", "/messages/{message}"),),
    "/precedents": (Visit("bureau1", "/precedents"), Visit("leader-ne", "/precedents")),
    "/demands/{demand}/slips/{name}": (
        Visit("u20", "/demands/{assigned}/slips/assignment"),
        Visit("bureau1", "/demands/{planned}/slips/supervision-1"),
    ),
    "/lists/{number}": (Visit("bureau1", "{upload}"), Visit("bureau1", "{upload}?show=outcome")),
    "/lists/{number}/rows": (Visit("bureau1", "{upload}/rows?sheet=需求清单&row=3"),),
    "/ask": (Visit("", "/ask"),),
    "/ask/{receipt}": (Visit("", "/ask/{receipt}"), Visit("", "/ask/unknown")),
    "/intake": (Visit("bureau1", "/intake"),),
    "/intake/poster": (Visit("bureau1", "/intake/poster"),),
    "/intake/{submission}": (Visit("bureau1", "/intake/{submission}"),),
    "/links": (Visit("bureau1", "/links"), Visit("u20", "/links")),
    "/demands/{demand}/links/{link}": (Visit("u20", "/demands/{resolved}/links/{link}"),),
    "/demands/{demand}/links/{link}/print": (
        Visit("u20", "/demands/{resolved}/links/{link}/print"),
    ),
    "/e/{token}": (Visit("", "/e/void"),),
    "/my/{link}": (Visit("", "/my/{link}"), Visit("", "{entrance}")),
    "/my/{link}/{act}": (
        Visit("", "{entrance}"),
        Visit("", "/my/{link}/evaluate"),
        Visit("", "/my/{link}/material"),
        Visit("", "/my/{link}/withdraw"),
    ),
    "/demands/{demand}/acts/{kind}": tuple(
        Visit(account, f"/demands/{{{demand}}}/acts/{kind}")
        for account, demand, kind in (
            ("bureau1", "listed", "assign"),
            ("bureau1", "resolved", "evaluate"),
            ("u20", "assigned", "claim"),
            ("u20", "planned", "plan"),
            ("u20", "planned", "ask_extension"),
            ("u20", "planned", "resolve"),
            ("s04", "planned", "hand"),
            ("s04m", "planned", "report_progress"),
            ("s04", "planned", "complete_milestone"),
        )
    ),
    "/demands/{demand}": (
        Visit("bureau1", "/demands/{listed}"),
        Visit("u20", "/demands/{planned}"),
        Visit("s04", "/demands/{planned}"),
        Visit("auditor1", "/demands/{closed}"),
        Visit("u20", "/demands/nowhere"),
    ),
}
"""By route."""

NO_PAGES = {
    "/demands.xlsx": "a workbook",
    "/lists/{number}/file": "a workbook",
    "/demands/{demand}/slips/{name}/word": "a Word file",
    "/lists/{number}/rejects": "a workbook",
    "/lists/{number}/progress": "a fragment of a list",
    "/": "leads on to where a person begins",
    "/demands/{demand}/moved": "a fragment of a form",
    "/demands/{demand}/acts/{kind}/taken": "for the script that sends forms",
    "/demands/{demand}/attachments/{sha256}": "a file",
    "/demands/{demand}/attachments/{sha256}/thumbnail": "a picture",
    "/attachments/{sha256}": "a file",
    "/attachments/{sha256}/thumbnail": "a picture",
    "/demands/{demand}/links/{link}/qr.svg": "a picture",
    "/intake/qr.svg": "a picture",
    "/my/{link}/live": "a stream",
    "/live": "a stream",
    "/healthz": "for machines",
    "/readyz": "for machines",
}
"""Routes that show no page of their own, and why."""


async def world(home: House, site: Site) -> World:
    """Demands in many states, links, messages, and lists."""
    assigned = await home.demand("企业周边道路破损，请尽快修补。")
    await home.act(assigned, "bureau1", "assign", unit="U20", squad="S04")
    fills = {
        "listed": await home.demand("厂区外路灯不亮，夜班职工出行不便。"),
        "assigned": assigned,
        "planned": await home.planned(),
        "resolved": await home.resolved("请协调增加公交班次。"),
        "closed": await home.closed("请帮助对接设备融资租赁。"),
        "activation": await activations.make(home.pool, site.app.state.signer, "u20", "admin"),
    }
    await home.act(fills["planned"], "bureau1", "supervise", reason="请加快送电。")
    last = "SELECT max(id) FROM messages"
    fills["message"] = str(await eventually(lambda: home.pool.fetchval(last)))
    sent = Sent("云南裕能", "用电", "园区夜间照明不足，请增设路灯。", "王女士", "13800000000")
    fills["receipt"] = await submissions.receive(home.pool, str(uuid.uuid4()), sent)
    submission = await home.pool.fetchval("SELECT max(submission) FROM submissions")
    link = await links.make(home.pool, fills["resolved"], ENTERPRISE.uscc, "bureau1", 30)
    entrance = links.address(site.app.state.signer, "", link)
    fills |= {"submission": str(submission), "link": link, "entrance": entrance}
    async with site.as_account("bureau1") as clerk:
        fills["upload"] = await uploaded(site, clerk, workbook(GOOD, BAD))
    return World(home, site, fills)
