"""Who can sign in: accounts, their links and sessions, for the administrator."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.authority import may_open
from domain.values import Role
from starter.access import accounts, activations, sessions
from starter.access.accounts import AccountAccess
from starter.errors import CommandRefused
from web import cookies
from web.addresses import public, qr
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, pool_of, signer_of

router = APIRouter()
ROLES = (Role.BUREAU, Role.UNIT, Role.SQUAD, Role.LEADER, Role.AUDITOR, Role.ADMIN)


@router.get("/accounts")
async def show_all(request: Request, viewer: SignedIn, role: str = "") -> Response:
    """All accounts in force, or those of a role."""
    _administers(viewer)
    chosen = Role(role) if role in ROLES else None
    found = await accounts.overview(pool_of(request))
    counts = {one: sum(a.role is one for a in found) for one in ROLES}
    shown = [one for one in found if chosen in (None, one.role)]
    facts: dict[str, Any] = {
        "accounts": shown,
        "total": len(found),
        "counts": counts,
        "chosen": chosen,
    }
    return page(request, "accounts.html", **facts)


@router.get("/accounts/{account}")
async def show(request: Request, viewer: SignedIn, account: str) -> Response:
    """One account: its sessions, the links it was given, and what can be done."""
    return await _shown(request, await _account(request, viewer, account))


@router.post("/accounts/{account}/link")
async def make_link(request: Request, viewer: SignedIn, account: str) -> Response:
    """A new activation link, shown in this answer and never again."""
    found = await _account(request, viewer, account)
    pool, by = pool_of(request), viewer.actor.account
    token = await activations.make(pool, signer_of(request), found.account, by)
    link = public(request, f"/activate/{token}")
    return await _shown(request, await accounts.one(pool, account), link)


@router.post("/accounts/{account}/links/revoke")
async def revoke_links(request: Request, viewer: SignedIn, account: str) -> Response:
    """Links that were not used are void."""
    found = await _account(request, viewer, account)
    await accounts.revoke_links(pool_of(request), found.account)
    return _done(request, account, "accounts_revoked")


@router.post("/accounts/{account}/sessions/end")
async def end_sessions(request: Request, viewer: SignedIn, account: str) -> Response:
    """Whoever is signed in with it no longer is."""
    found = await _account(request, viewer, account)
    await sessions.end(pool_of(request), found.account)
    return _done(request, account, "accounts_ended")


@router.post("/accounts/{account}/password/remove")
async def remove_password(request: Request, viewer: SignedIn, account: str) -> Response:
    """Nobody can sign in with it until a link is used; not one's own, which would lock one out."""
    found = await _account(request, viewer, account)
    if found.account == viewer.actor.account:
        return _done(request, account, "accounts_own")
    await accounts.remove_password(pool_of(request), found.account)
    return _done(request, account, "accounts_removed")


def _administers(viewer: Viewer) -> None:
    if not may_open(viewer.actor, "accounts"):
        raise NotFound


async def _account(request: Request, viewer: Viewer, account: str) -> AccountAccess:
    _administers(viewer)
    try:
        return await accounts.one(pool_of(request), account)
    except CommandRefused as error:
        raise NotFound from error


def _done(request: Request, account: str, flash: str) -> Response:
    return cookies.done(request, f"/accounts/{quote(account, safe='')}", flash)


async def _shown(request: Request, found: AccountAccess, link: str = "") -> Response:
    pool = pool_of(request)
    facts: dict[str, Any] = {
        "one": found,
        "link": link,
        "qr": qr,
        "sessions": await sessions.of_account(pool, found.account),
        "links": await accounts.links(pool, found.account),
    }
    return page(request, "accounts_one.html", **facts)
