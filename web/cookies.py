"""The cookies we set, all of them for this site alone and out of reach of scripts."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from starter.access.sessions import LASTS
from web.render import FLASH_COOKIE
from web.viewer import SESSION_COOKIE, house

SENT_BY_SCRIPT = "x-lianban-form"
"""The header of a form that `static/send.js` has sent."""


def secure(request: Request) -> bool:
    """Whether cookies go by https alone."""
    public = house(request).settings.public_url
    return request.url.scheme == "https" or (public or "").startswith("https:")


def set_cookie(
    request: Request, answer: Response, name: str, value: str, max_age: int, path: str = "/"
) -> None:
    """Lax, not Strict: the link in a message must open the page, not the sign-in."""
    answer.set_cookie(
        name,
        value,
        max_age=max_age,
        path=path,
        secure=secure(request),
        httponly=True,
        samesite="lax",
    )


def sign_in(request: Request, answer: Response, token: str) -> None:
    """Keep a session's token."""
    set_cookie(request, answer, SESSION_COOKIE, token, int(LASTS.total_seconds()))


def done(request: Request, where: str, flash: str = "", what: str = "") -> Response:
    """On to another page after something was done, which says so: the text `web.flash_<flash>`.

    `what` is a text key that fills its `{what}`. Our own script, which sends forms without leaving
    the page, is told where to go.
    """
    by_script = request.headers.get(SENT_BY_SCRIPT)
    answer = JSONResponse({"to": where}) if by_script else RedirectResponse(where, 303)
    if flash:
        set_cookie(request, answer, FLASH_COOKIE, f"{flash}~{what}" if what else flash, 30)
    return answer
