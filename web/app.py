"""The application: routes, what goes wrong, and what lives as long as the process."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.pool import PASSING
from runtime import logs
from starter.access.secrets import signer
from starter.cli.explain import explain
from starter.connections import Connections
from starter.errors import LianbanError, SystemUnreachable
from starter.workbook.errors import WorkbookError
from web import live
from web.background import Background
from web.link_holder import LinkClosed, closed
from web.pages import ROUTERS
from web.render import STATIC, page
from web.security import Guard
from web.viewer import NotFound, SignedOut

log = logs.get(__name__)
_FRAMES = 8
_YEAR = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """Static files, whose addresses change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for a year."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = _YEAR
        return answer


def create_app(to: Connections, hub: live.Hub) -> FastAPI:
    """The application over these connections. `hub` is closed by whoever stops the server."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.signer = await signer(to.pool)
        listening = asyncio.create_task(hub.run())
        yield
        hub.close()
        await app.state.background.stop()
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.house, app.state.hub, app.state.background = to, hub, Background()
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(live.router)
    app.mount("/static", Kept(directory=STATIC), name="static")
    _explain_errors(app)
    app.add_middleware(LastResort)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(
        Guard,
        public_url=to.settings.public_url or "",
        body_limit=to.settings.upload_limit,
        lang=to.settings.lang,
    )
    return app


def _explain_errors(app: FastAPI) -> None:
    @app.exception_handler(SignedOut)
    async def sign_in(request: Request, error: SignedOut) -> Response:
        if request.headers.get("hx-request"):  # a fragment: the whole page goes there
            return Response(status_code=204, headers={"HX-Redirect": f"/sign-in?back={error.back}"})
        return RedirectResponse(f"/sign-in?back={error.back}", 303)

    @app.exception_handler(LinkClosed)
    async def link_closed(request: Request, error: LinkClosed) -> Response:
        return closed(request, error)

    @app.exception_handler(NotFound)
    @app.exception_handler(404)
    async def not_found(request: Request, _: Exception) -> Response:
        return page(request, "error.html", status=404, code="not_found", message="")

    @app.exception_handler(LianbanError)
    async def refused(request: Request, error: LianbanError) -> Response:
        status = 503 if isinstance(error, SystemUnreachable) else 409
        shown = explain(error)
        return page(request, "error.html", status=status, code=error.code, message=shown.message)

    @app.exception_handler(WorkbookError)
    async def unreadable(request: Request, error: WorkbookError) -> Response:
        message = error.message
        return page(request, "error.html", status=409, code="unreadable", message=message)

    @app.exception_handler(RequestValidationError)
    async def unclear(request: Request, error: RequestValidationError) -> Response:
        return page(request, "error.html", status=422, code="unclear", message="")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        code = f"http_{error.status_code}"
        return page(request, "error.html", status=error.status_code, code=code, message="")

    async def away(request: Request, error: Exception) -> Response:
        log.warning("web.ledger_away", reason=type(error).__name__)
        return page(request, "error.html", status=503, code="away", message="")

    for kind in PASSING:
        app.add_exception_handler(kind, away)


class LastResort:
    """Whatever nobody foresaw becomes a page, within the guard, so with its headers and language.

    The log says where it happened and not what: the message of an error may quote what was typed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)[-_FRAMES:])
            log.error("web.failed", reason=type(error).__name__, where=where)
            if begun:
                raise
            answer = page(Request(scope), "error.html", status=500, code="failed", message="")
            await answer(scope, receive, send)
