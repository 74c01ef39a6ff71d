"""Somebody in front of a browser: what they do, and whatever goes wrong on their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
)

from web.security import LANG_COOKIE

Width = Literal["phone", "desk"]
WIDTHS: tuple[Width, ...] = ("phone", "desk")
VIEWPORTS: dict[Width, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Person:
    """One browser context of one person, with one page. `problems` fail the test at its end."""

    page: Page
    site: str
    width: Width
    problems: list[str] = field(default_factory=list)
    excused: tuple[str, ...] = ()
    _refused: set[str] = field(default_factory=set)

    async def open(self, path: str) -> Page:
        """A page of the application, as if by its address."""
        await self.page.goto(path)
        return self.page

    async def speaks(self, lang: Literal["zh", "en"]) -> None:
        """Read everything in this language from now on."""
        cookie: Any = {"name": LANG_COOKIE, "value": lang, "url": self.site}
        await self.page.context.add_cookies([cookie])

    async def press(self, name: str, within: str = "main") -> None:
        """A button, by a finger on a phone and by the mouse elsewhere."""
        await self.touch(self.page.locator(within).get_by_role("button", name=name, exact=True))

    async def touch(self, target: Locator) -> None:
        """Tap on a phone, click elsewhere."""
        await (target.tap() if self.width == "phone" else target.click())

    async def fill(self, **values: str | Path) -> None:
        """Fields of the form on the page by their names, whatever kind of field each is."""
        form = self.page.locator("main form.act-form, main form[data-draft], main").first
        for name, value in values.items():
            inputs = form.locator(f'[name="{name}"]:not([type=hidden])')
            if isinstance(value, Path):
                await inputs.set_input_files(value)
                continue
            kind = await inputs.first.evaluate("one => one.type")
            if kind in ("radio", "checkbox"):
                await form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind.startswith("select"):
                await inputs.first.select_option(value)
            else:
                await inputs.first.fill(value)

    async def act(self, demand: str, kind: str, **values: str | Path) -> None:
        """An act by its form, from opening it to the demand's page that says it is done."""
        await self.open(f"/demands/{demand}/acts/{kind}")
        await self.fill(**values)
        await self.submit()
        await self.page.wait_for_url(f"{self.site}/demands/{demand}")
        await self.sees_notice()

    async def submit(self) -> None:
        """The button of the act's form."""
        await self.touch(self.page.locator("form.act-form button.wide"))

    async def sees(self, text: str | re.Pattern[str], within: str = "main") -> None:
        """Wait until a text stands on the page."""
        await expect(self.page.locator(within).first).to_contain_text(text)

    async def sees_notice(self, kind: Literal["green", "yellow", "red"] = "green") -> str:
        """The notice that says what came of it."""
        notice = self.page.locator(f"main .notice.{kind}:visible").first
        await expect(notice).to_be_visible()
        return await notice.inner_text()

    @contextmanager
    def excusing(self, *patterns: str) -> Iterator[None]:
        """Complaints of the browser that the story brings about on purpose."""
        before, self.excused = self.excused, (*self.excused, *patterns)
        yield
        self.excused = before

    def listen(self) -> None:
        """Keep whatever the browser complains of."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", lambda response: self._response(response.request, response.status))

    def _response(self, request: Request, status: int) -> None:
        """A page that answers with 4xx says so in its text; the browser's remark is no news."""
        if status >= 500:
            self.problems.append(f"{status}: {request.method} {request.url}")
        elif status >= 400 and request.is_navigation_request():
            self._refused.add(request.url)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(self.site):
            self.problems.append(f"asks another host: {parts.scheme}://{parts.netloc}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        where = message.location.get("url", "")
        if "Failed to load resource" in message.text and where in self._refused:
            return
        if not any(re.search(pattern, message.text) for pattern in self.excused):
            self.problems.append(f"console {message.type}: {message.text} ({where})")


async def person(browser: Browser, site: str, width: Width, **context: Any) -> Person:
    """Somebody with a context of their own; `context` adds to what a context is made with."""
    made: BrowserContext = await browser.new_context(
        base_url=site, locale="zh-CN", timezone_id="Asia/Shanghai", **VIEWPORTS[width], **context
    )
    made.set_default_timeout(PATIENCE)
    someone = Person(await made.new_page(), site, width)
    someone.listen()
    return someone
