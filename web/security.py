"""What every answer and every request must keep to: headers, origins, sizes, languages, logs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import logs
from runtime.text import LANGUAGES, speaking, text

log = logs.get(__name__)

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No inline script or style, nothing evaluated, nothing from elsewhere."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: with it browsers send `Origin: null` where a form posts.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ENDLESS = frozenset({"/live"})
"""Answers that have no end, and so no HEAD."""
LANG_COOKIE = "lianban_lang"


class Guard:
    """The outermost layer. `public_url` is the address by which people reach it, if it is known.

    A request that changes something must come from our own pages (Fetch Metadata, else Origin); a
    browser that sends neither is too old to be safe. Bodies larger than `body_limit` bytes are
    refused before they are read.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, body_limit: int, lang: str) -> None:
        self._app = app
        self._public = urlsplit(public_url).netloc
        self._secure = public_url.startswith("https:")
        self._body_limit = body_limit
        self._lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        head = scope["method"] == "HEAD" and scope["path"] not in ENDLESS
        asked = {**scope, "method": "GET"} if head else scope
        answer = _headed(guarded) if head else guarded
        with speaking(_language(headers, self._lang)):
            try:
                refusal = self._refusal(scope["method"], headers)
                app = self._app if refusal is None else refusal
                await app(asked, self._limited(receive), answer)
            finally:
                _log(asked, status, time.perf_counter() - began)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")
        if self._secure:
            headers["strict-transport-security"] = "max-age=31536000"

    def _refusal(self, method: str, headers: Headers) -> ASGIApp | None:
        if method not in SAFE and not from_our_pages(headers, self._public):
            return PlainTextResponse(text("web.foreign_form"), 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._body_limit:
            return PlainTextResponse(text("web.too_large"), 413)
        return None

    def _limited(self, receive: Receive) -> Receive:
        """A body that doesn't say how long it is ends at the limit: whoever reads it gets a 413."""
        left = self._body_limit

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        return limited


def _headed(send: Send) -> Send:
    """What a GET would answer, without its body."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headed


def from_our_pages(headers: Headers, public: str = "") -> bool:
    """Whether a browser says that the request comes from a page of this same site.

    `public` is the host by which people reach it, where a proxy asks us by another name.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None:
        came_from = urlsplit(origin).netloc  # empty for `null`, which is nobody's
        return bool(came_from) and came_from in (headers.get("host"), public)
    return site is not None


def _language(headers: Headers, usual: str) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        return usual
    chosen = cookies[LANG_COOKIE].value if LANG_COOKIE in cookies else usual
    return chosen if chosen in LANGUAGES else usual


def _log(scope: Scope, status: int, seconds: float) -> None:
    """One line a request, by its route: addresses of pages carry tokens, names and search words."""
    route = scope.get("route")
    facts = {"route": getattr(route, "path", "?"), "method": scope["method"], "status": status}
    params = scope.get("path_params") or {}
    if isinstance(params.get("demand"), str):
        facts["demand"] = params["demand"][:60]
    emit = log.error if status >= 500 else log.info
    emit("web.request", ms=round(1000 * seconds, 1), **facts)


def address_of(request: Request) -> str:
    """Where a request comes from, for limits; uvicorn has already looked behind a trusted proxy."""
    return request.client.host if request.client else "?"
