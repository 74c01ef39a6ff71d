"""Signing in and out, the first password, one's own sessions; works without JavaScript."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from runtime import logs
from runtime.text import LANGUAGES
from starter.access import activations, passwords, sessions
from web import cookies
from web.navigation import home_of
from web.render import page
from web.security import LANG_COOKIE, address_of
from web.viewer import SESSION_COOKIE, SignedIn, pool_of, signer_of, viewer_or_none

log = logs.get(__name__)
router = APIRouter()

Text = Annotated[str, Form()]


def inside(back: str) -> str:
    """A page of ours to go on to; never another site."""
    parts = urlsplit(back)
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if ours and not parts.netloc and "\\" not in back else "/"


@router.get("/")
async def home(viewer: SignedIn) -> Response:
    """Where this person begins."""
    return RedirectResponse(home_of(viewer.actor), 303)


@router.get("/sign-in")
async def form(request: Request, back: str = "/") -> Response:
    """The form; whoever is signed in goes on."""
    if await viewer_or_none(request) is not None:
        return RedirectResponse(inside(back), 303)
    return page(request, "sign_in.html", back=inside(back), account="", problem="")


@router.post("/sign-in")
async def sign_in(
    request: Request, account: Text = "", password: Text = "", back: Text = "/"
) -> Response:
    """A session, or the form again: the same words whatever was wrong."""
    agent = request.headers.get("user-agent", "")
    came = await sessions.sign_in(
        pool_of(request), signer_of(request), account.strip(), password, address_of(request), agent
    )
    if came.token is None:
        log.info("web.sign_in_refused", reason=came.problem)
        status = 429 if came.problem == "web.sign_in_too_often" else 401
        facts: dict[str, Any] = {"account": account.strip(), "problem": came.problem}
        return page(request, "sign_in.html", status=status, back=inside(back), **facts)
    answer = RedirectResponse(inside(back), 303)
    cookies.sign_in(request, answer, came.token)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, viewer: SignedIn) -> Response:
    """End this session."""
    await sessions.end(pool_of(request), viewer.actor.account, viewer.session)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.get("/activate/{token}")
async def activation(request: Request, token: str) -> Response:
    """Choose the first password, or a new one."""
    account = await activations.account_of(pool_of(request), signer_of(request), token)
    status = 200 if account else 410
    return page(request, "activate.html", status=status, account=account, problem="")


@router.post("/activate/{token}")
async def activate(request: Request, token: str, password: Text = "", again: Text = "") -> Response:
    """Set it, once, and sign in."""
    pool, signer = pool_of(request), signer_of(request)
    account = await activations.account_of(pool, signer, token)
    if account is None:
        return page(request, "activate.html", status=410, account=None, problem="")
    problem = passwords.weakness(password, account)
    if password != again:
        problem = "web.password_differs"
    if problem is not None:
        return page(request, "activate.html", status=422, account=account, problem=problem)
    if await activations.use(pool, signer, token, password) is None:
        return page(request, "activate.html", status=410, account=None, problem="")
    answer = cookies.done(request, "/", "activated")
    agent = request.headers.get("user-agent", "")
    cookies.sign_in(request, answer, await sessions.begin(pool, account, agent))
    return answer


@router.get("/account")
async def own(request: Request, viewer: SignedIn) -> Response:
    """One's own account: where one is signed in, the password, language and colours."""
    found = await sessions.of_account(pool_of(request), viewer.actor.account)
    return page(request, "account.html", sessions=found, until=sessions.until, problem="")


@router.post("/account/sessions/{session}/end")
async def end_session(request: Request, viewer: SignedIn, session: int) -> Response:
    """End one of one's own sessions; somebody else's is not touched."""
    await sessions.end(pool_of(request), viewer.actor.account, session)
    return cookies.done(request, "/account", "session_ended")


@router.post("/account/password")
async def change_password(
    request: Request, viewer: SignedIn, now: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Change one's own password, knowing the present one; other sessions end."""
    pool, signer, account = pool_of(request), signer_of(request), viewer.actor.account
    agent = request.headers.get("user-agent", "")
    wrong = await sessions.problem_with(pool, signer, account, now, address_of(request))
    problem = wrong or passwords.weakness(password, account)
    if password != again:
        problem = "web.password_differs"
    if problem is not None:
        if wrong == "web.sign_in_wrong":
            problem = "web.password_now_wrong"
        found = await sessions.of_account(pool, account)
        facts: dict[str, Any] = {"sessions": found, "until": sessions.until, "problem": problem}
        return page(request, "account.html", status=422, **facts)
    await sessions.set_password(pool, account, password)
    answer = cookies.done(request, "/account", "password_changed")
    cookies.sign_in(request, answer, await sessions.begin(pool, account, agent))
    return answer


@router.post("/language")
async def language(request: Request, lang: Text = "zh", back: Text = "/") -> Response:
    """Read everything in another language from now on."""
    answer = RedirectResponse(inside(back), 303)
    if lang in LANGUAGES:
        cookies.set_cookie(request, answer, LANG_COOKIE, lang, 365 * 86400)
    return answer
