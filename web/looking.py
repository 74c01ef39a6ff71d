"""What auditors open is recorded before it is shown, and they change nothing.

Every page asks `web.viewer.signed_in` who is there, and that asks here: no page can forget it.
"""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException

from domain.actors import Actor
from domain.values import Role, unprintable
from ledger.pool import Pool
from ledger.sql import sql

RECORDED = frozenset({Role.AUDITOR})
NOTHING_SHOWN = frozenset({"/", "/live", "/account"})
"""Routes that show nothing but the way on, that something changed, or oneself."""
_OWN = ("/account", "/sign-out", "/inbox")
"""Where an auditor may submit something: it is about themselves alone."""


class Unnameable(Exception):
    """What was asked for has a name that no demand can have, and no record can hold."""


def refuse_changes(request: Request, actor: Actor) -> None:
    """Raises 403 where somebody who only looks submits something."""
    if actor.role not in RECORDED or request.method == "GET":
        return
    path = request.url.path
    if not any(path == own or path.startswith(f"{own}/") for own in _OWN):
        raise HTTPException(403)


async def record(request: Request, pool: Pool, actor: Actor, session: int) -> None:
    """Write down what is about to be shown; what can't be written down raises, and isn't shown.

    A fragment of a page that is open in the same session is a part of the look at that page.
    """
    route = getattr(request.scope.get("route"), "path", "?")
    if actor.role not in RECORDED or request.method != "GET" or route in NOTHING_SHOWN:
        return
    demand = request.path_params.get("demand") or request.query_params.get("demand")
    if demand is not None and (unprintable(str(demand)) or len(str(demand)) > 100):
        raise Unnameable
    fragment = bool(request.query_params.get("block")) or route.endswith("/moved")
    await pool.execute(sql("look_add"), actor.account, session, route, demand, fragment)
