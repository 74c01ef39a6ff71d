"""Waiting for what must come about, instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT = 60.0


async def eventually(look: Callable[[], Awaitable[T]], what: str = "") -> T:
    """The first true thing that `look` finds; fails when there is none for a minute."""
    clock = asyncio.get_running_loop()
    end = clock.time() + LIMIT
    while True:
        found = await look()
        if found:
            return found
        assert clock.time() < end, f"never came about: {what or look}"
        await asyncio.sleep(0.03)
