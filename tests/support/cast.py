"""Everybody who might open an address, and a park in which each has something of their own."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import httpx2

from domain.actors import Actor
from domain.state import DemandState
from domain.values import Chain, Enterprise
from starter import submissions
from starter.access import activations, links, sessions
from starter.submissions import Sent
from tests.support.files import photo
from tests.support.house import ENTERPRISE, House
from tests.support.waiting import eventually
from tests.support.web import Site
from tests.web.test_lists import BAD, GOOD, uploaded, workbook

ACCOUNTS = (
    *("bureau1", "u00", "u20", "u05", "s04", "s04m", "s05"),
    *("leader-ne", "leader-pc", "committee", "auditor1", "admin"),
)
"""The bureau, the secretary unit, a lead unit and another, a captain, a member and another squad's
captain, a chain's leader and another's, the committee, an auditor and the administrator."""

OTHER = Enterprise(uscc="91530181MA6K00002G", name="云南云天化石化有限公司")
OTHER_CHAIN = Chain(code="PC", name="石化产业链")

_CHANGES_BY_ITSELF = {"looks", "web_attempts", "intents", "web_secrets"}
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_CONTENT = "SELECT md5(string_agg(one::text, '|' ORDER BY one::text)) FROM {rows} AS one"
_SESSIONS = "SELECT session, account, ended_at FROM web_sessions"


@dataclass(frozen=True)
class Member:
    """One of the cast: `actor` as the directory has them, None for a stranger.

    `holder` is who came by an enterprise's link, and is a stranger everywhere else.
    """

    name: str
    actor: Actor | None
    client: httpx2.AsyncClient
    holder: bool = False


@dataclass
class Park:
    """What there is: `fills` for addresses and forms, `demands` by what they are called there."""

    site: Site
    members: list[Member]
    fills: dict[str, str]
    states: dict[str, DemandState] = field(default_factory=dict)

    def member(self, name: str) -> Member:
        """One of the cast."""
        return next(one for one in self.members if one.name == name)


@contextlib.asynccontextmanager
async def cast(site: Site) -> AsyncIterator[list[Member]]:
    """Everybody, signed in, and a stranger."""
    resolver = await site.home.gateway.resolver()
    async with contextlib.AsyncExitStack() as stack:
        members = [Member("", None, await stack.enter_async_context(site.visitor()))]
        for account in ACCOUNTS:
            client = await stack.enter_async_context(site.as_account(account))
            members.append(Member(account, resolver.actor(account), client))
        yield members


@contextlib.asynccontextmanager
async def park(site: Site) -> AsyncIterator[Park]:
    """Demands of two chains, units, squads and enterprises, and whatever addresses need."""
    home = site.home
    theirs = await home.demand("厂区道路破损，请修补。", enterprise=OTHER, chain=OTHER_CHAIN)
    await home.act(theirs, "bureau1", "assign", unit="U05", squad="S05")
    claim = {"responsible_leader": "分管副局长", "handler": "u05"}
    await home.act(theirs, "u05", "claim", **claim)
    planned = await home.planned()
    async with site.as_account("s04") as captain:
        photo_of_planned = await _reported(captain, planned)
    demands = {
        "listed": await home.demand("厂区外路灯不亮。"),
        "planned": planned,
        "resolved": await home.resolved("请协调增加公交班次。"),
        "theirs": theirs,
    }
    async with cast(site) as members:
        built = Park(site, members, {**demands, "photo": photo_of_planned})
        for name, demand in demands.items():
            built.states[name] = await home.state(demand)
        built.fills |= await _ids(site, built) | await _links(site, built)
        async with site.visitor() as enterprise:
            entered = await enterprise.get(built.fills["entrance"])
            assert entered.status_code == 303
            built.members.append(Member("the enterprise", None, enterprise, holder=True))
            yield built


async def _reported(captain: httpx2.AsyncClient, demand: str) -> str:
    """The hash of a photo that a report on the demand names."""
    files = {"files": ("现场.jpg", photo(), "image/jpeg")}
    address = f"/demands/{demand}/acts/report_progress"
    answer = await captain.post(address, data={"text": "已到现场"}, files=files)
    assert answer.status_code == 303
    story = (await captain.get(f"/demands/{demand}")).text
    return story.partition(f"/demands/{demand}/attachments/")[2][:64]


async def _ids(site: Site, park: Park) -> dict[str, str]:
    """What others have: a session, a message, an upload, a draft's photo, what the public sent."""
    home, pool = site.home, site.home.pool
    elsewhere = await home.demand("厂区外积水。")
    await home.act(elsewhere, "bureau1", "assign", unit="U06")
    message = "SELECT max(id) FROM messages WHERE account = 'u06' AND channel = 'inbox'"
    await sessions.begin(pool, "bureau2", "somebody else's")
    session = "SELECT max(session) FROM web_sessions WHERE account = 'bureau2'"
    sent = Sent("云南裕能", "用电", "园区夜间照明不足，请增设路灯。", "王女士", "13800000000")
    clerk = park.member("bureau1").client
    async with site.as_account("s06") as other:
        files = {"file": ("草稿.jpg", photo(320, 240), "image/jpeg")}
        draft = (await other.post("/attachments", files=files)).json()["sha256"]
    return {
        "activation": await activations.make(pool, site.app.state.signer, "u20", "admin"),
        "session": str(await pool.fetchval(session)),
        "message": str(await eventually(lambda: pool.fetchval(message), "a message")),
        "upload": await uploaded(site, clerk, workbook(GOOD, BAD)),
        "draft": draft,
        "receipt": await submissions.receive(pool, str(uuid.uuid4()), sent),
        "submission": str(await pool.fetchval("SELECT max(submission) FROM submissions")),
    }


async def _links(site: Site, park: Park) -> dict[str, str]:
    """A link to a demand of the enterprise's, its entrance, and a link of another enterprise's."""
    pool, demands = site.home.pool, park.fills
    link = await links.make(pool, demands["planned"], ENTERPRISE.uscc, "bureau1", 30)
    other = await links.make(pool, demands["theirs"], OTHER.uscc, "bureau1", 30)
    entrance = links.address(site.app.state.signer, "", link)
    return {"link": link, "other_link": other, "entrance": entrance}


async def fingerprint(home: House) -> dict[str, str]:
    """What is stored, table by table, once nothing moves any more: equal where nothing changed."""

    async def still() -> dict[str, str] | None:
        before = await _contents(home)
        await asyncio.sleep(0.2)
        return before if before == await _contents(home) else None

    found = await eventually(still, "everything to come to rest")
    assert found is not None
    return found


async def _contents(home: House) -> dict[str, str]:
    found = {}
    connection = await asyncpg.connect(home.settings.dsn)
    try:
        for (table,) in await connection.fetch(_TABLES):
            if table not in _CHANGES_BY_ITSELF:
                rows = f"({_SESSIONS})" if table == "web_sessions" else f'"{table}"'
                found[table] = str(await connection.fetchval(_CONTENT.format(rows=rows)))
    finally:
        await connection.close()
    return found
