"""Who looks: the session behind a request, and what may be opened with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request

from domain.actors import Actor
from domain.authority import may_handle_messages, may_open, may_read
from domain.sealing import seen_state
from domain.values import unprintable
from ledger import messages, reads
from ledger.pool import Pool
from ledger.reads import StoredDemand
from ledger.sql import sql
from starter import submissions
from starter.access import sessions
from starter.access.secrets import Signer
from starter.connections import Connections
from starter.errors import CommandRefused
from web import looking

SESSION_COOKIE = "lianban_session"


MOST_TROUBLED = 99
"""Beyond it nobody needs the number."""


class SignedOut(Exception):
    """Nobody is signed in; `back` is the page that was asked for."""

    def __init__(self, back: str = "/") -> None:
        super().__init__(back)
        self.back = back


class NotFound(Exception):
    """There is no such page for this person: whether there is one for others isn't told."""


@dataclass(frozen=True)
class Viewer:
    """A signed-in person. `unread` counts the messages in their inbox, `troubled` those of others
    that they have to see to, `waiting` what came in by the public form.
    """

    actor: Actor
    session: int
    unread: int = 0
    troubled: int = 0
    waiting: int = 0


def house(request: Request) -> Connections:
    """The connections of this process."""
    found: Connections = request.app.state.house
    return found


def pool_of(request: Request) -> Pool:
    """The ledger."""
    return house(request).pool


def signer_of(request: Request) -> Signer:
    """Makes and reads the tokens of links."""
    found: Signer = request.app.state.signer
    return found


async def viewer_or_none(request: Request) -> Viewer | None:
    """Who is signed in, as the directory has them now."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    to = house(request)
    session = await sessions.of_token(to.pool, token)
    if session is None:
        return None
    try:
        actor = (await to.gateway.resolver_of(session.directory)).actor(session.account)
    except CommandRefused:  # retired in this moment
        return None
    unread = await to.pool.fetchval(sql("unread_count"), actor.account)
    troubled = 0
    if may_handle_messages(actor) and "hx-request" not in request.headers:  # a fragment has no rail
        troubled = await messages.troubled(to.pool, MOST_TROUBLED + 1)
    waiting = 0
    if may_open(actor, "intake") and "hx-request" not in request.headers:
        waiting = await submissions.count(to.pool)
    return Viewer(actor, session.session, unread, troubled, waiting)


async def signed_in(request: Request) -> Viewer:
    """Who is signed in, after their look was recorded where looks are: every page depends on this.

    Raises `SignedOut`, which becomes the sign-in page, and `NotFound`.
    """
    viewer = await viewer_or_none(request)
    if viewer is None:
        acting = "/acts/" in request.url.path  # there is a page with the form at that address
        back = request.url.path if request.method == "GET" or acting else "/"
        raise SignedOut(quote(back))
    request.state.viewer = viewer
    looking.refuse_changes(request, viewer.actor)
    try:
        await looking.record(request, pool_of(request), viewer.actor, viewer.session)
    except looking.Unnameable as error:
        raise NotFound from error
    return viewer


SignedIn = Annotated[Viewer, Depends(signed_in)]


async def demand_of(pool: Pool, actor: Actor, demand: str) -> StoredDemand:
    """A demand as the actor may see it: sealed for its handlers. Raises `NotFound` for others."""
    if unprintable(demand):
        raise NotFound
    stored = await reads.demand(pool, demand)
    if stored is None or not may_read(actor, stored.state):
        raise NotFound
    return replace(stored, state=seen_state(actor, stored.state))
