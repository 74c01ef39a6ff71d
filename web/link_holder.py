"""Who comes by a link: the enterprise behind it, asked anew at every request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from domain.actors import Actor
from domain.authority import may_read
from domain.values import Role
from ledger import reads
from ledger.reads import StoredDemand
from starter.access import links
from starter.access.links import Link
from starter.errors import CommandRefused
from starter.resolve import Resolver
from web.render import page
from web.viewer import house, pool_of, signer_of

LINK_COOKIE = "lianban_link"
_STATUS = {"elsewhere": 403, "unknown": 404}


class LinkClosed(Exception):
    """The link doesn't open: `reason` is how it stands, `unknown`, or `elsewhere` (no cookie)."""

    def __init__(self, reason: str, link: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.link = link


@dataclass(frozen=True)
class Holder:
    """An enterprise at its own demand. `known` is False where the directory retired it."""

    link: Link
    actor: Actor
    known: bool
    stored: StoredDemand
    resolver: Resolver

    @property
    def home(self) -> str:
        """Its page."""
        return f"/my/{self.link.link}"


async def opened_link(request: Request, token: str) -> Link:
    """The link of a token, if it opens. Raises `LinkClosed`."""
    link = await links.of_token(pool_of(request), signer_of(request), token)
    if link is None:
        raise LinkClosed("unknown")
    if link.standing != "in_force":
        raise LinkClosed(link.standing, link.link)
    return link


async def holder(request: Request, link: str) -> Holder:
    """The enterprise whose cookie opens this very link. Raises `LinkClosed`."""
    token = request.cookies.get(LINK_COOKIE, "")
    if signer_of(request).row(links.PURPOSE, token) != link:
        raise LinkClosed("elsewhere")
    found = await opened_link(request, token)
    stored = await reads.demand(pool_of(request), found.demand)
    resolver = await house(request).gateway.resolver()
    actor, known = _actor(resolver, found)
    if stored is None or not may_read(actor, stored.state):
        raise LinkClosed("unknown")
    return Holder(found, actor, known, stored, resolver)


Holding = Annotated[Holder, Depends(holder)]


def _actor(resolver: Resolver, link: Link) -> tuple[Actor, bool]:
    try:
        return resolver.actor(link.account), True
    except CommandRefused:
        role = Role.ENTERPRISE
        return Actor(account=link.account, role=role, post="", enterprise=link.enterprise), False


def closed(request: Request, error: LinkClosed) -> Response:
    """A friendly page that says whom to call; an open page that asks for a fragment goes there."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": request.url.path})
    phone = house(request).settings.service_phone
    status = _STATUS.get(error.reason, 410)
    return page(request, "link_closed.html", status=status, reason=error.reason, phone=phone)
