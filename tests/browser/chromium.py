"""Debian's Chromium under Playwright: found, started, and kept to this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserType, Error, async_playwright

PATH = shutil.which("chromium")
MISSING = (
    "no chromium on this machine (make test installs it where it may: tests/browser/install.sh)"
)
NONE_LEFT_OUT = bool(os.environ.get("CI") or os.environ.get("LEAVE_NONE_OUT"))

_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser with a profile of its own that is thrown away."""
    async with async_playwright() as playwright:
        browser = await _launched(playwright.chromium)
        try:
            yield browser
        finally:
            await browser.close()


async def _launched(kind: BrowserType) -> Browser:
    """In its sandbox where that works: it doesn't for root, nor in many containers."""
    if os.geteuid() != 0:
        try:
            return await _launch(kind, sandbox=True)
        except Error:
            pass
    return await _launch(kind, sandbox=False)


async def _launch(kind: BrowserType, *, sandbox: bool) -> Browser:
    return await kind.launch(executable_path=PATH, args=_FLAGS, chromium_sandbox=sandbox)
